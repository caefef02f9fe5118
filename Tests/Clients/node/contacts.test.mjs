import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startIntercom } from './intercom.mjs';

let intercom;
before(async () => { intercom = await startIntercom(); });
after(async () => { await intercom.stop(); });

async function call(path, { token = intercom.token, body } = {}) {
  const response = await fetch(intercom.url + path, {
    method: body ? 'POST' : 'GET',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  return response.json();
}

test('a contact that is created can be read', async () => {
  const created = await call('/contacts', { body: { email: 'worker@example.com' } });
  assert.equal((await call(`/contacts/${created.id}`)).email, 'worker@example.com');
});

test('another token has a workspace of its own', async () => {
  const { total_count: before } = await call('/contacts');
  await call('/contacts', { token: 'somebody-else', body: { email: 'worker@example.com' } });
  assert.equal((await call('/contacts')).total_count, before);
});
