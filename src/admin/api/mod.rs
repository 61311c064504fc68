//! What programs ask, as JSON (issue 7; security A1 to A7; RFC 6750, RFC 9457, OpenAPI 3.1): the functions behind the pages, each route a
//! row of one table from which the description is made as well. A program brings a token, never a cookie.

mod deeds;
mod door;
mod lesson;
mod openapi;
mod problem;
mod routes;
mod shape;

pub(super) use door::answer;
pub(super) use routes::{ROUTES, Route, actions};
