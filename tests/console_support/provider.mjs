// The organisation's sign-in service: `oidc-provider`, certified by the OpenID Foundation, on loopback. What it says of people is read from
// a file at each sign-in; that file can also name a way in which its next ID token is to be bad, which the provider itself never does.
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// Whoever started it reads one line and no more.
process.stdout.on('error', () => {});
const [folder, control, redirect] = process.argv.slice(2);
const require = createRequire(folder + '/index.js');
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { Provider } = await load('oidc-provider');
const jose = await load('jose');

const says = () => JSON.parse(readFileSync(control, 'utf8'));
const pair = await jose.generateKeyPair('RS256', { extractable: true });
const foreign = await jose.generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await jose.exportJWK(pair.privateKey)), kid: 'one', alg: 'RS256', use: 'sig' };
const SECRET = 'a secret: with/odd+signs%';

const server = http.createServer();
await new Promise((go) => server.listen(0, '127.0.0.1', go));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: 'console', client_secret: SECRET, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
  jwks: { keys: [jwk] },
  cookies: { keys: ['one of a test'] },
  pkce: { required: () => true },
  claims: { amr: null, openid: ['sub', 'groups'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false }, claimsParameter: { enabled: true } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...says().claims }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

// The token as the file wants it.
async function bad(token, how) {
  const claims = jose.decodeJwt(token);
  const sign = (more, head = {}, key = pair.privateKey) =>
    new jose.SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256', kid: 'one', ...head }).sign(key);
  const now = Math.floor(Date.now() / 1000);
  const coded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  switch (how) {
    case 'nonce': return sign({ nonce: 'another' });
    case 'no-nonce': return sign({ nonce: undefined });
    case 'audience': return sign({ aud: 'another' });
    case 'several': return sign({ aud: ['console', 'another'], azp: 'another' });
    case 'issuer': return sign({ iss: 'https://login.example' });
    case 'expired': return sign({ exp: now - 120 });
    case 'old': return sign({ iat: now - 3600 });
    case 'none': return `${coded({ alg: 'none' })}.${coded(claims)}.`;
    case 'hmac': return new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
    case 'foreign': return sign({}, {}, foreign.privateKey);
    case 'unknown': return sign({}, { kid: 'two' });
    case 'changed': return token.replace(/\.[^.]*\./, `.${coded({ ...claims, sub: 'robin' })}.`);
    case 'good': return sign({});
    default: throw new Error(how);
  }
}

const handle = provider.callback();
server.on('request', async (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname.startsWith('/interaction/')) {
    const { account, amr, button, no } = says();
    if (button && request.method === 'GET') {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>School</title><main><h1>School sign-in</h1><form method="post"><button>It is me</button></form></main>`);
      return;
    }
    const said = no ? { error: 'access_denied', error_description: '<script>no</script>' } : { login: { accountId: account, amr } };
    await provider.interactionFinished(request, response, said, { mergeWithLastSubmission: false });
    return;
  }
  const how = pathname === '/token' ? says().bad : '';
  if (how === 'huge') {
    response.end('x'.repeat(1024 * 1024));
    return;
  }
  if (how === 'slow') {
    return;
  }
  if (how) {
    const end = response.end.bind(response);
    response.end = (body) => {
      const answer = JSON.parse(body.toString());
      bad(answer.id_token, how).then((token) => {
        const text = JSON.stringify({ ...answer, id_token: token });
        response.setHeader('content-length', Buffer.byteLength(text));
        end(text);
      });
    };
    response.writeHead = ((head) => (status, ...rest) => head(status, ...rest.filter((one) => typeof one === 'string')))(response.writeHead.bind(response));
    response.flushHeaders = () => {};
  }
  handle(request, response);
});
console.log(issuer);
