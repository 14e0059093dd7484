import test from 'ava';
import { type DetectOptions, detectForge } from '../../src/forge/detect.ts';
import type { HttpFetch } from '../../src/forge/http/fetch.ts';
import { type ForgeLocation, parseForgeKind } from '../../src/forge/location.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { problemOf } from '../support/problem-of.ts';

const { signal } = new AbortController();

function detect(options: Partial<DetectOptions> & { readonly url: string }): Promise<ForgeLocation> {
	const fetch: HttpFetch = () => Promise.reject(new Error('nothing was to be asked'));
	return detectForge({ allowInsecure: false, clock: createVirtualClock(), fetch, ...options }, signal);
}

for (const [url, kind, path, apiUrl, webUrl] of [
	[
		'https://github.com/acme/config.git',
		'GitHub',
		'acme/config',
		'https://api.github.com',
		'https://github.com/acme/config',
	],
	[
		'https://github.com/acme/config/',
		'GitHub',
		'acme/config',
		'https://api.github.com',
		'https://github.com/acme/config',
	],
	[
		'git@github.com:acme/config.git',
		'GitHub',
		'acme/config',
		'https://api.github.com',
		'https://github.com/acme/config',
	],
	[
		'ssh://git@ssh.github.com:443/acme/config.git',
		'GitHub',
		'acme/config',
		'https://api.github.com',
		'https://github.com/acme/config',
	],
	[
		'https://acme.ghe.com/acme/config',
		'GitHub',
		'acme/config',
		'https://api.acme.ghe.com',
		'https://acme.ghe.com/acme/config',
	],
	[
		'https://gitlab.com/group/sub/config.git',
		'GitLab',
		'group/sub/config',
		'https://gitlab.com/api/v4',
		'https://gitlab.com/group/sub/config',
	],
	[
		'https://codeberg.org/acme/config',
		'Gitea',
		'acme/config',
		'https://codeberg.org/api/v1',
		'https://codeberg.org/acme/config',
	],
	[
		'ssh://git@gitea.com:2222/acme/.config',
		'Gitea',
		'acme/.config',
		'https://gitea.com/api/v1',
		'https://gitea.com/acme/.config',
	],
	[
		'https://bitbucket.org/acme/config',
		'Bitbucket',
		'acme/config',
		'https://api.bitbucket.org/2.0',
		'https://bitbucket.org/acme/config',
	],
	[
		'https://dev.azure.com/acme/My%20Project/_git/config',
		'AzureDevOps',
		'acme/My Project/config',
		'https://dev.azure.com/acme/My%20Project/_apis',
		'https://dev.azure.com/acme/My%20Project/_git/config',
	],
	[
		'git@ssh.dev.azure.com:v3/acme/shop/config',
		'AzureDevOps',
		'acme/shop/config',
		'https://dev.azure.com/acme/shop/_apis',
		'https://dev.azure.com/acme/shop/_git/config',
	],
	[
		'https://acme.visualstudio.com/DefaultCollection/shop/_git/config',
		'AzureDevOps',
		'acme/shop/config',
		'https://dev.azure.com/acme/shop/_apis',
		'https://dev.azure.com/acme/shop/_git/config',
	],
] as const) {
	test(`${url} is known by its name`, async (t) => {
		const names = path.split('/');
		t.deepEqual(await detect({ url }), {
			kind,
			path,
			owner: names.slice(0, -1).join('/'),
			name: names.at(-1) ?? '',
			apiUrl,
			webUrl,
			isShared: true,
		});
	});
}

for (const [options, expected] of [
	[
		{ url: 'https://git.acme.example/acme/config', kind: 'GitHub' },
		{ kind: 'GitHub', apiUrl: 'https://git.acme.example/api/v3', path: 'acme/config', isShared: false },
	],
	[
		{ url: 'https://git.acme.example:8443/code/acme/config', kind: 'Gitea' },
		{
			kind: 'Gitea',
			apiUrl: 'https://git.acme.example:8443/code/api/v1',
			path: 'acme/config',
			webUrl: 'https://git.acme.example:8443/code/acme/config',
		},
	],
	[
		{ url: 'git@git.acme.example:acme/config.git', forgeUrl: 'https://pages.acme.example/gitlab/api/v4/' },
		{
			kind: 'GitLab',
			apiUrl: 'https://pages.acme.example/gitlab/api/v4',
			path: 'acme/config',
			webUrl: 'https://pages.acme.example/gitlab/acme/config',
		},
	],
	[
		{
			url: 'https://git.acme.example/gitlab/acme/config',
			kind: 'GitLab',
			forgeUrl: 'https://git.acme.example/gitlab',
		},
		{ kind: 'GitLab', apiUrl: 'https://git.acme.example/gitlab/api/v4', path: 'acme/config' },
	],
	[
		{ url: 'git@alias:acme/config', forgeUrl: 'https://api.github.com' },
		{ kind: 'GitHub', apiUrl: 'https://api.github.com', webUrl: 'https://github.com/acme/config' },
	],
	[
		{ url: 'git@alias:acme/config', forgeUrl: 'https://github.com' },
		{ kind: 'GitHub', apiUrl: 'https://api.github.com', webUrl: 'https://github.com/acme/config' },
	],
] as const) {
	test(`the flags decide: ${JSON.stringify(options)}`, async (t) => {
		t.like(await detect(options), expected);
	});
}

for (const url of [
	'file:///srv/config.git',
	'/srv/config.git',
	'https://github.com/config',
	'https://github.com/',
	'https://github.com/acme/../config',
	'https://github.com/acme/%2e%2e/config',
	'https://github.com/acme/..%2fx',
	'https://github.com/acme/config?x=1',
	'https://github.com/acme/config#x',
	'https://github.com/acme/co%0Afig',
	'https://github.com/acme/-config',
	'https://github.com/acme//config',
	'https://github.com/acme/config/more',
	'git@github.com:../config',
	'ftp://github.com/acme/config',
	'https://github.com/acme/%zz',
]) {
	test(`${url} is no repository at a forge`, async (t) => {
		t.is((await problemOf(detect({ url })))?.code, 'E_FORGE');
	});
}

test('no token will go over http, unless that is allowed', async (t) => {
	const url = 'http://git.acme.example/acme/config';
	const refused = await problemOf(detect({ url, kind: 'Gitea' }));
	t.like(refused, { code: 'E_FORGE', message: 'a token is not sent over http' });
	const plain = {
		url: 'https://git.acme.example/acme/config',
		kind: 'Gitea',
		forgeUrl: 'http://git.acme.example',
	} as const;
	t.is((await problemOf(detect(plain)))?.code, 'E_FORGE');
	const found = await detect({ url, kind: 'Gitea', allowInsecure: true });
	t.is(found.apiUrl, 'http://git.acme.example/api/v1');
});

test('a URL of a forge that holds more than that is refused, and not repeated', async (t) => {
	for (const forgeUrl of [
		'https://user:secret@git.example',
		'https://git.example/?secret=1',
		'git.example',
		'ftp://git.example',
	]) {
		const problem = await problemOf(detect({ url: 'https://git.example/a/b', forgeUrl }));
		t.is(problem?.code, 'E_FORGE');
		t.false(JSON.stringify(problem).includes('secret'));
	}
});

test('forges have names on the command line', (t) => {
	t.is(parseForgeKind('GitHub'), 'GitHub');
	t.is(parseForgeKind('forgejo'), 'Gitea');
	t.is(parseForgeKind('constructor'), undefined);
	t.is(parseForgeKind('subversion'), undefined);
});
