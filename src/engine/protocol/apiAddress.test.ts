import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLocal, keyProblem, MAX_KEY, serverAddress, serverHost } from './apiAddress.ts';

test('an address is one of http or https, and has no secret in it', () => {
  assert.equal(serverAddress('http://localhost:8000/v1/'), 'http://localhost:8000/v1');
  assert.equal(serverAddress('https://api.example.com'), 'https://api.example.com');
  for (const text of [
    '',
    'localhost:8000',
    'ftp://x/v1',
    'https://me:secret@x/v1',
    'https://x/v1?key=1',
    'https://x/#k',
  ])
    assert.equal(serverAddress(text), null, text);
});

test('its host is what people know it by', () => {
  assert.equal(serverHost('http://localhost:8000/v1'), 'localhost:8000');
  assert.equal(serverHost('https://api.example.com/v1'), 'api.example.com');
});

test('this machine is known by its names', () => {
  for (const text of ['http://localhost:1/v1', 'http://127.0.0.1/v1', 'http://[::1]:2']) assert.ok(isLocal(text), text);
  for (const text of ['http://localhost.example.com', 'http://10.0.0.1']) assert.ok(!isLocal(text), text);
});

test('a key is sent where a header can carry it, and nobody on the way reads it', () => {
  const problem = (address: string, key: string): string | null => keyProblem(address, key, 'the server');
  assert.equal(problem('https://api.example.com/v1', 'sk-a_b.c~d+e/f='), null);
  assert.equal(problem('http://localhost:8000/v1', 'sk-a'), null);
  assert.match(problem('http://api.example.com/v1', 'sk-a') ?? '', /not sent over .* not encrypted; use https/);
  for (const key of ['sk-…', 'sk-a\nb', 'sk a', 'sk-a\u00a0', ''])
    assert.match(problem('https://api.example.com/v1', key) ?? '', /Copy it anew/, JSON.stringify(key));
  assert.equal(problem('https://api.example.com/v1', 'k'.repeat(MAX_KEY)), null);
  assert.match(problem('https://api.example.com/v1', 'k'.repeat(MAX_KEY + 1)) ?? '', /longer than 4096/);
});
