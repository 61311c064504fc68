//! The one way to a verdict: match + decide. Proxy, console, CLI, config tests and accreditation all call `Engine::judge`.
