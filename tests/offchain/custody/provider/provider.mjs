// An OpenID provider for tests: one client, PKCE asked for, and the provider's own pages to sign in and to consent.
// node provider.mjs PORT REDIRECT SECRET
import { Provider } from 'oidc-provider';

const [port, redirect, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: 'custody', client_secret: secret, redirect_uris: [redirect], response_types: ['code'], grant_types: ['authorization_code'] }],
  pkce: { methods: ['S256'], required: () => true },
  cookies: { keys: [secret] },
  findAccount: async (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
});
provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
