// No secret in any artefact: a whole process that is given every secret there is, and all that it leaves behind.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { aCanary, findCanary } from '../support/canaries.ts';
import { findCanariesIn } from '../support/canary-search.ts';
import { basic, type GitAuthServer, serveBehindLogin, takeOnly } from '../support/git-auth-server.ts';
import { mountSecret } from '../support/git-credentials.ts';
import { type LiveWorld, livePolicy, startLiveWorld } from '../support/live-world.ts';
import { type RecordedPrograms, recordPrograms } from '../support/recorded-programs.ts';
import { hasProgram, makeSshKey } from '../support/signing-keys.ts';
import { makeFolder } from '../support/temporary-folder.ts';

const launcher = fileURLToPath(new URL('../../src/cli/launcher.js', import.meta.url));
const login = { username: 'bot', password: aCanary('git-password') };

interface Stage {
	readonly world: LiveWorld;
	readonly server: GitAuthServer;
	readonly programs: RecordedPrograms;
	/** Files that the process left, or had while it spoke with the server, with a secret in them. */
	readonly found: Promise<readonly string[]>[];
	/** Runs it to its end. */
	run(command: string, ...flags: readonly string[]): Promise<{ status: number | null; output: string }>;
}

async function setStage(t: ExecutionContext): Promise<Stage> {
	const world = await startLiveWorld(t, { 'policies/emoji.yaml': livePolicy('failover: {via: Commit}') });
	const server = await serveBehindLogin(t, world.repository);
	const programs = await recordPrograms(t, ['git', 'ssh', 'ssh-keygen']);
	const folder = await makeFolder(t);
	const found: Promise<readonly string[]>[] = [];
	const accept = takeOnly(basic(login.username, login.password));
	server.answer = (authorization, request) => {
		found.push(findCanariesIn(folder));
		return accept(authorization, request);
	};
	const reached = world.flags.map((flag) => (flag === world.repository.url ? server.url : flag));
	const access = [...reached, '--git-credentials', await mountSecret(t, login)];
	return {
		world,
		server,
		programs,
		found,
		async run(command, ...flags) {
			const child = spawn(process.execPath, [launcher, command, ...flags, ...access], {
				env: { PATH: programs.path, HOME: folder, TMPDIR: folder },
				stdio: ['ignore', 'pipe', 'pipe'],
			});
			const ended = new Promise<number | null>((resolve, reject) => {
				child.once('error', reject).once('close', resolve);
			});
			const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
			found.push(findCanariesIn(folder));
			return { status: await ended, output: out + err };
		},
	};
}

/** Whatever else it left is searched when the test ends: the server's repository, and the arguments of all programs. */
async function checkArtefacts(
	t: ExecutionContext,
	{ found, programs }: Stage,
	output: string,
): Promise<void> {
	t.is(findCanary(output), undefined);
	t.deepEqual((await Promise.all(found)).flat(), []);
	t.is(findCanary((await programs.calls()).join('\n')), undefined);
}

test('a signed failover by commit shows no secret in output, files, commits or the arguments of programs', async (t) => {
	if (!hasProgram(t, 'ssh-keygen')) return;
	const stage = await setStage(t);
	stage.world.setReady(false);
	const { privateFile } = await makeSshKey(t);
	const flags = ['--hub', '--once', '--log-format', 'json', '--signing-key', privateFile];
	const { status, output } = await stage.run('run', ...flags);
	t.is(status, 0, output);
	t.is((await stage.world.repository.log()).length, 2);
	const calls = await stage.programs.calls();
	for (const part of [/^git .*fetch /, /^git .*push /, /^ssh-keygen /])
		t.true(calls.some((call) => part.test(call)));
	t.true(stage.found.length > 3);
	await checkArtefacts(t, stage, output);
});

for (const [what, status] of [
	['refuses the login', 401],
	['forbids the push', 403],
	['fails', 500],
] as const) {
	test(`a server that ${what}, and repeats all that it was sent, gets no secret into any artefact`, async (t) => {
		const stage = await setStage(t);
		const { server, world } = stage;
		const accept = server.answer;
		const headers = { 'content-type': 'text/plain', 'www-authenticate': `Basic realm="${login.password}"` };
		server.answer = (authorization, request) => {
			if (status === 403 && !String(request.url).includes('receive-pack'))
				return accept(authorization, request);
			return { status, headers, body: `no: ${authorization} ${login.password}\n` };
		};
		world.setReady(false);
		const { output } = await stage.run('run', '--hub', '--once', '--timeout', '5s', '--log-format', 'json');
		t.regex(output, /E_GIT_/);
		await checkArtefacts(t, stage, output);
		const plan = await stage.run('plan');
		await checkArtefacts(t, stage, plan.output);
	});
}
