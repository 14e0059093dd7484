import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { HostedRepository } from '../hosted-repository.ts';
import { judgePush } from '../protection.ts';
import type { ForgeUser } from '../records.ts';
import { mayWrite } from '../repository-state.ts';
import { type Environment, gitDeadline, gitEnvironment } from '../run-git.ts';

export interface GitServiceParts {
	/** The folder of all repositories. */
	readonly root: string;
	/** Where the repository is below it: `owner/name.git`. */
	readonly place: string;
	readonly hosted: HostedRepository;
	readonly user: ForgeUser | undefined;
	readonly environment: Environment;
}

/** Refuses what the forge tells it to, in Gitea's words. */
const hook = `#!/bin/sh
if [ -n "$FORGE_ARCHIVED" ]; then
	echo "error: the repository is archived" >&2
	exit 1
fi
while read -r old new ref; do
	case "$new" in
	*[!0]*) ;;
	*)
		if [ "$ref" = "$FORGE_DEFAULT_REF" ]; then
			echo "error: branch \${ref#refs/heads/} is the default branch and cannot be deleted" >&2
			exit 1
		fi
		;;
	esac
	case " $FORGE_CLOSED_REFS " in
	*" $ref "*)
		echo "error: Not allowed to push to protected branch \${ref#refs/heads/}" >&2
		exit 1
		;;
	esac
done
`;

/** Readies a bare repository for pushes by the service. */
export async function prepareGitService(gitdir: string): Promise<void> {
	await mkdir(join(gitdir, 'hooks'), { recursive: true });
	const path = join(gitdir, 'hooks', 'pre-receive');
	await writeFile(path, hook);
	await chmod(path, 0o755);
}

/** Serves one request of git's smart HTTP by git's own http-backend. Pushes come one after the other. */
export async function serveGitService(
	parts: GitServiceParts,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const { hosted, user } = parts;
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
	const isPush = pathname.endsWith('/git-receive-pack');
	const isWrite = isPush || searchParams.get('service') === 'git-receive-pack';
	if (isWrite && user === undefined) {
		response.writeHead(401, { 'www-authenticate': 'Basic realm="Gitea"' }).end();
		return;
	}
	if (isWrite && !mayWrite(hosted.state, user?.login ?? '')) {
		response.writeHead(403).end();
		return;
	}
	if (!isPush) {
		await runBackend(parts, request, response);
		return;
	}
	const pushing = hosted.alone(() => runBackend(parts, request, response));
	// Whoever asks next waits for this look.
	const look = hosted.look(user?.login);
	await pushing;
	await look;
}

function runBackend(
	parts: GitServiceParts,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	return new Promise((resolve) => {
		const backend = spawn('git', ['http-backend'], {
			stdio: ['pipe', 'pipe', 'ignore'],
			env: composeEnvironment(parts, request),
		});
		const output: Buffer[] = [];
		const late = setTimeout(() => backend.kill('SIGKILL'), gitDeadline);
		backend.on('error', () => response.destroy());
		backend.stdin.on('error', () => undefined);
		request.pipe(backend.stdin);
		// Somebody who leaves in the middle of a push keeps nobody waiting.
		response.on('close', () => backend.stdin.destroy());
		backend.stdout.on('data', (chunk: Buffer) => output.push(chunk));
		// Nothing is written after this, by it or by what it has started.
		backend.stdout.on('close', () => {
			clearTimeout(late);
			answer(response, Buffer.concat(output));
			resolve();
		});
	});
}

function composeEnvironment(
	{ root, place, hosted, user, environment }: GitServiceParts,
	request: IncomingMessage,
): Record<string, string> {
	const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
	const [, service = ''] = /\/((?:info\/refs|git-upload-pack|git-receive-pack))$/.exec(pathname) ?? [];
	const login = user?.login ?? '';
	const branches = hosted.state.rules.map(({ branch }) => branch);
	const closed = branches.filter((branch) => judgePush(hosted.state, branch, login) !== undefined);
	return {
		...gitEnvironment(environment),
		GIT_CONFIG_COUNT: '2',
		GIT_CONFIG_KEY_0: 'http.receivepack',
		GIT_CONFIG_VALUE_0: 'true',
		GIT_CONFIG_KEY_1: 'receive.denyDeleteCurrent',
		GIT_CONFIG_VALUE_1: 'ignore',
		GIT_HTTP_EXPORT_ALL: '1',
		GIT_PROJECT_ROOT: root,
		PATH_INFO: `/${place}/${service}`,
		QUERY_STRING: search.slice(1),
		REQUEST_METHOD: request.method ?? 'GET',
		REMOTE_USER: login,
		CONTENT_TYPE: request.headers['content-type'] ?? '',
		HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
		GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
		FORGE_ARCHIVED: hosted.state.settings.isArchived ? '1' : '',
		FORGE_DEFAULT_REF: `refs/heads/${hosted.state.defaultBranch}`,
		FORGE_CLOSED_REFS: closed.map((branch) => `refs/heads/${branch}`).join(' '),
	};
}

/** Turns a CGI answer into an HTTP one. */
function answer(response: ServerResponse, output: Buffer): void {
	const end = output.indexOf('\r\n\r\n');
	if (end === -1) {
		response.writeHead(500).end();
		return;
	}
	let status = 200;
	for (const field of output.toString('latin1', 0, end).split('\r\n')) {
		const [, name = '', value = ''] = /^([^:]*): *(.*)$/.exec(field) ?? [];
		if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
		else response.setHeader(name, value);
	}
	response.writeHead(status).end(output.subarray(end + 4));
}
