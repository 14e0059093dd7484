import test from 'ava';
import fc from 'fast-check';
import { checkRepositoryUrl, findServer, isLoopback } from '../../src/git/repository-url.ts';

const strict = { allowInsecure: false };
const insecure = { allowInsecure: true };

const allowed: readonly (readonly [url: string, protocol: string])[] = [
	['https://github.com/acme/config.git', 'https'],
	['https://git.example.com:8443/a/b/c', 'https'],
	['https://[2001:db8::1]/acme/config', 'https'],
	['ssh://git@github.com/acme/config.git', 'ssh'],
	['ssh://git@git.example.com:2222/~acme/config', 'ssh'],
	['ssh://git.example.com/acme/config', 'ssh'],
	['git@github.com:acme/config.git', 'ssh'],
	['git@git.example.com:/srv/git/config.git', 'ssh'],
];

for (const [url, protocol] of allowed) {
	test(`${url} is allowed`, (t) => {
		t.deepEqual(checkRepositoryUrl(url, strict), {
			kind: 'ok',
			url,
			display: url,
			protocol: protocol as 'ssh',
		});
	});
}

const refused: readonly (readonly [title: string, url: string, code: string, message: string])[] = [
	['B-055 a transport helper', 'ext::sh -c id', 'E_URL_SCHEME', 'scheme not allowed; https or ssh'],
	['B-055 a file', 'file:///srv/r', 'E_URL_SCHEME', 'a local repository needs --allow-insecure-git'],
	['B-055 a local path', '/srv/r', 'E_URL_SCHEME', 'a local repository needs --allow-insecure-git'],
	['B-056 a transport helper in mixed case', 'ExT::sh', 'E_URL_SCHEME', 'scheme not allowed; https or ssh'],
	['B-056 https in mixed case', 'HTTPS://h/r', 'E_URL_SCHEME', 'scheme not allowed; https or ssh'],
	['B-058 a host starting with a dash', 'ssh://-oProxyCommand=x/r', 'E_URL', 'invalid host'],
	['B-058 a host with an encoded dash', 'ssh://%2DoProxyCommand=x/r', 'E_URL', 'invalid host'],
	['B-058 a dash behind a user', 'ssh://git@-oProxyCommand=x/r', 'E_URL', 'invalid host'],
	['B-058 a dash without a scheme', 'git@-oProxyCommand=x:r', 'E_URL', 'invalid host'],
	['B-059 plain http', 'http://h/r', 'E_URL_SCHEME', 'http needs --allow-insecure-git'],
	['an unknown scheme', 'ftp://h/r', 'E_URL_SCHEME', 'scheme not allowed; https or ssh'],
	['the unencrypted git protocol', 'git://h/r', 'E_URL_SCHEME', 'scheme not allowed; https or ssh'],
	['an option', '--upload-pack=x', 'E_URL', 'not a repository URL'],
	['a user starting with a dash', 'ssh://-l@h/r', 'E_URL', 'invalid user name'],
	['a path starting with a dash', 'git@h:-r', 'E_URL', 'invalid path'],
	['a token as a user name', 'https://token@h/r', 'E_URL', 'credentials do not belong in a URL'],
	['a password', 'https://me:secret@h/r', 'E_URL', 'credentials do not belong in a URL'],
	['a password over ssh', 'ssh://git:secret@h/r', 'E_URL', 'credentials do not belong in a URL'],
	['a password without a scheme', 'me:secret@h:r', 'E_URL', 'credentials do not belong in a URL'],
	['a token in the query', 'https://h/r?token=secret', 'E_URL', 'invalid path'],
	['no path', 'https://h', 'E_URL', 'invalid path'],
	['no path but a slash', 'https://h/', 'E_URL', 'invalid path'],
	['no host', 'https:///r', 'E_URL', 'invalid host'],
	['a port that is none', 'https://h:p/r', 'E_URL', 'invalid port'],
	['a space', 'https://h/r r', 'E_URL', 'a space or an invisible character'],
	['a line break', 'https://h/r\n--force', 'E_URL', 'a space or an invisible character'],
	['a relative path', '../config', 'E_URL', 'not a repository URL'],
	['nothing', '', 'E_URL', 'not a repository URL'],
];

for (const [title, url, code, message] of refused) {
	test(`${title} is refused as ${code}`, (t) => {
		t.like(checkRepositoryUrl(url, strict), { kind: 'refused', problem: { code, message } });
	});
}

test('http, file and local paths are allowed where that was asked for', (t) => {
	t.like(checkRepositoryUrl('http://127.0.0.1:3000/r', insecure), { kind: 'ok', protocol: 'http' });
	t.like(checkRepositoryUrl('file:///srv/r', insecure), { kind: 'ok', protocol: 'file' });
	t.like(checkRepositoryUrl('/srv/r#1', insecure), {
		kind: 'ok',
		url: 'file:///srv/r%231',
		protocol: 'file',
	});
	t.like(checkRepositoryUrl('file://host/r', insecure), { kind: 'refused', problem: { code: 'E_URL' } });
	t.like(checkRepositoryUrl('ext::sh', insecure), { kind: 'refused', problem: { code: 'E_URL_SCHEME' } });
});

test('whatever a URL says, a refusal never repeats its password', (t) => {
	const part = fc.stringMatching(/^[a-z:/@.?#[\]-]{0,8}$/);
	fc.assert(
		fc.property(part, part, (before, after) => {
			const checked = checkRepositoryUrl(`https://${before}me:hunter2@${after}h/r`, insecure);
			if (checked.kind === 'refused') t.notRegex(JSON.stringify(checked), /hunter2/);
		}),
	);
});

test('the server of a URL is found in every form', (t) => {
	for (const [url, server] of [
		['https://git.example.com/r', { host: 'git.example.com' }],
		['https://git.example.com:8443/r', { host: 'git.example.com', port: '8443' }],
		['http://[::1]:80/r', { host: '::1', port: '80' }],
		['ssh://git@git.example.com:2222/r', { host: 'git.example.com', port: '2222' }],
		['ssh://git.example.com/r', { host: 'git.example.com' }],
		['git@git.example.com:acme/r', { host: 'git.example.com' }],
		['file:///srv/r', undefined],
	] as const) {
		t.deepEqual(findServer(url), server, url);
	}
});

test('loopback is this machine alone', (t) => {
	for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1']) t.true(isLoopback({ host }), host);
	for (const host of ['127.example.com', '10.0.0.1', 'localhost.example.com', '::2', '']) {
		t.false(isLoopback({ host }), host);
	}
});
