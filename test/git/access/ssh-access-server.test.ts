import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openCredentialFolder } from '../../../src/git/access/credential-folder.ts';
import type { CredentialSource, CredentialValues } from '../../../src/git/access/credentials.ts';
import type { Repository } from '../../../src/model/ports/repository.ts';
import { aCanary, findCanary } from '../../support/canaries.ts';
import { holdCredentials, mountSecret } from '../../support/git-credentials.ts';
import { openMirror } from '../../support/git-mirror.ts';
import { type BareRepository, createBareRepository, createFolder } from '../../support/git-remote.ts';
import { problemOf } from '../../support/problem-of.ts';
import { aCommit } from '../../support/repository-under-test.ts';
import {
	hasSshServer,
	type KeyPair,
	makeKeyPair,
	type SshServer,
	startSshServer,
} from '../../support/ssh-server.ts';

const { signal } = new AbortController();

interface Stage {
	readonly bare: BareRepository;
	readonly server: SshServer;
	readonly hostKey: KeyPair;
	/** Let in by the server. */
	readonly user: KeyPair;
	readonly folder: string;
	readonly values: CredentialValues;
	open(credentials: CredentialSource): Promise<Repository>;
}

async function setStage(t: ExecutionContext, passphrase?: string): Promise<Stage> {
	const [hostKey, user] = [await makeKeyPair(t), await makeKeyPair(t, passphrase)];
	const bare = await createBareRepository(t, { a: '1' });
	const server = await startSshServer(t, hostKey);
	await server.authorize(user.publicKey);
	const folder = await createFolder(t);
	const values = { identity: user.identity, known_hosts: server.knownHosts };
	const open = (credentials: CredentialSource) =>
		openMirror(t, `${server.address}${bare.path}`, { credentials, folder });
	return { bare, server, hostKey, user, folder, values, open };
}

async function pushOne(t: ExecutionContext, repository: Repository): Promise<void> {
	const parent = await repository.refresh(signal);
	const commit = await repository.commit(aCommit({ parent, files: { a: '2' } }), signal);
	t.deepEqual(await repository.push(commit, parent, signal), { kind: 'pushed' });
}

function defineTests(): void {
	test('a key from a Secret lets us in; it is in one file, which nobody else can read', async (t) => {
		const { folder, values, open } = await setStage(t);
		await pushOne(t, await open(holdCredentials(values)));
		const file = join(folder, 'access', 'identity');
		t.is((await stat(file)).mode & 0o777, 0o600);
		t.is((await stat(join(folder, 'access'))).mode & 0o777, 0o700);
		t.is(await readFile(file, 'utf8'), values.identity ?? '');
	});

	test('a key without its last line end, or with CRLF, is taken all the same', async (t) => {
		const { user, values, open } = await setStage(t);
		for (const identity of [user.identity.trimEnd(), user.identity.replaceAll('\n', '\r\n')]) {
			await (await open(holdCredentials({ ...values, identity }))).refresh(signal);
		}
		t.pass();
	});

	test('a mounted key is used where it is', async (t) => {
		const { folder, values, open } = await setStage(t);
		await pushOne(t, await open(openCredentialFolder(await mountSecret(t, values))));
		await t.throwsAsync(stat(join(folder, 'access', 'identity')), { code: 'ENOENT' });
	});

	test('a key with a passphrase is opened with password', async (t) => {
		const { folder, values, open } = await setStage(t, aCanary('passphrase'));
		const repository = await open(holdCredentials({ ...values, password: aCanary('passphrase') }));
		await pushOne(t, repository);
		t.is(findCanary(await readFile(join(folder, 'access', 'askpass'), 'utf8')), undefined);
		const wrong = await open(holdCredentials({ ...values, password: aCanary('wrong-passphrase') }));
		t.is((await problemOf(wrong.refresh(signal)))?.code, 'E_GIT_AUTH');
		const none = await open(holdCredentials(values));
		t.like(await problemOf(none.refresh(signal)), {
			code: 'E_GIT_CREDENTIALS',
			message: 'identity is protected by a passphrase',
		});
	});

	test('a key that the server does not know is E_GIT_AUTH; the one it knows counts once it is there', async (t) => {
		const { values, open } = await setStage(t);
		const credentials = holdCredentials({ ...values, identity: (await makeKeyPair(t)).identity });
		const repository = await open(credentials);
		const problem = await problemOf(repository.refresh(signal));
		t.is(problem?.code, 'E_GIT_AUTH');
		t.regex(problem?.message ?? '', /Permission denied/);
		credentials.values = values;
		t.regex(await repository.refresh(signal), /^[0-9a-f]{40}$/);
	});

	test('F34, F-116 a host key that changed is refused until known_hosts says otherwise', async (t) => {
		const { server, hostKey, values, open } = await setStage(t);
		const old = await makeKeyPair(t);
		const known_hosts = `# ours\n[127.0.0.1]:${server.port} ${old.publicKey}`;
		const credentials = holdCredentials({ ...values, known_hosts });
		const repository = await open(credentials);
		const problem = await problemOf(repository.refresh(signal));
		t.is(problem?.code, 'E_GIT_HOST_KEY');
		t.is(problem?.got, `ED25519 ${hostKey.fingerprint}`);
		t.is(problem?.expected, old.fingerprint);
		t.regex(problem?.remedy ?? '', new RegExp(`run: ssh-keyscan -p ${server.port} 127\\.0\\.0\\.1 `));
		t.is((await problemOf(repository.refresh(signal)))?.code, 'E_GIT_HOST_KEY');
		credentials.values = values;
		t.regex(await repository.refresh(signal), /^[0-9a-f]{40}$/);
	});

	test('an unknown server is refused', async (t) => {
		const { values, user, open } = await setStage(t);
		const known_hosts = `elsewhere.example.com ${user.publicKey}`;
		const repository = await open(holdCredentials({ ...values, known_hosts }));
		t.like(await problemOf(repository.refresh(signal)), {
			code: 'E_GIT_HOST_KEY',
			message: 'the server’s SSH key is not known',
		});
	});
}

// The stand-in of ssh-access.test.ts tries the rest where there is no sshd.
if (hasSshServer) defineTests();
else test('without an SSH server, a stand-in for ssh is what there is to try', (t) => t.false(hasSshServer));
