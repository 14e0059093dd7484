import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Instant, Milliseconds } from '../model/time.ts';
import { isRecord, type Unstructured } from '../model/unstructured.ts';
import type { AuthHeaders, TlsSettings } from './connection.ts';
import { parseJson } from './json.ts';
import { type ContextEntry, readText } from './kubeconfig-entry.ts';

/** What a plugin answered with. */
export interface PluginCredential {
	readonly headers: AuthHeaders;
	readonly tls: Pick<TlsSettings, 'cert' | 'key'>;
	readonly expiresAt?: Instant;
}

export interface PluginSurroundings {
	/** Variables the plugin gets besides those that the kubeconfig names. */
	readonly environment: Readonly<Record<string, string | undefined>>;
	/** A command with a relative path is of this folder. */
	readonly folder: string;
}

/** People do not answer here: a plugin that takes longer waits for one. */
const pluginDeadline: Milliseconds = 30_000;

const answerLimit: number = 1024 * 1024;

/** Runs a user's credential plugin (`exec`) once. Throws when it gives no credential; kills it at its deadline. */
export async function runCredentialPlugin(
	entry: ContextEntry,
	{ environment, folder }: PluginSurroundings,
): Promise<PluginCredential> {
	const exec = isRecord(entry.user['exec']) ? entry.user['exec'] : {};
	const command = readText(exec, 'command');
	if (command === undefined) throw new Error('the credential plugin has no command');
	if (exec['interactiveMode'] === 'Always') throw new Error(`${command} needs a terminal`);
	const args = Array.isArray(exec['args']) ? exec['args'].map(String) : [];
	const env = { ...environment, ...readVariables(exec), KUBERNETES_EXEC_INFO: describeRun(exec, entry) };
	const program = /[/\\]/.test(command) ? resolve(folder, command) : command;
	return readCredential(command, await run(program, args, env));
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
	const limits = { timeout: pluginDeadline, killSignal: 'SIGKILL', maxBuffer: answerLimit } as const;
	return new Promise((succeed, fail) => {
		const child = execFile(program, args, { env, ...limits }, (error, stdout, stderr) => {
			if (error === null) succeed(stdout);
			else if (error.killed)
				fail(new Error(`${program} gave no credential within ${pluginDeadline / 1_000}s`));
			else fail(new Error(stderr.trim() || error.message));
		});
		child.stdin?.end();
	});
}

function readVariables(exec: Unstructured): Readonly<Record<string, string>> {
	const entries = Array.isArray(exec['env']) ? exec['env'].filter(isRecord) : [];
	return Object.fromEntries(entries.map((each) => [String(each['name']), String(each['value'] ?? '')]));
}

/** What client-go tells plugins, the cluster only those that ask for it. */
function describeRun(exec: Unstructured, { cluster }: ContextEntry): string {
	const apiVersion = exec['apiVersion'] ?? 'client.authentication.k8s.io/v1';
	const about = exec['provideClusterInfo'] === true ? { cluster } : {};
	return JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false, ...about } });
}

/** Its text is never repeated: it is a secret. */
function readCredential(command: string, text: string): PluginCredential {
	const answer = parseJson(text);
	const status = isRecord(answer) && isRecord(answer['status']) ? answer['status'] : {};
	const token = readText(status, 'token');
	const cert = readText(status, 'clientCertificateData');
	const key = readText(status, 'clientKeyData');
	if (token === undefined && cert === undefined) throw new Error(`${command} printed no credential`);
	const expiresAt = Date.parse(readText(status, 'expirationTimestamp') ?? '');
	return {
		headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
		tls: { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) },
		...(Number.isNaN(expiresAt) ? {} : { expiresAt }),
	};
}
