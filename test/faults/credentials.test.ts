import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse, stringify } from 'yaml';
import type { Connection } from '../../src/kubernetes/connection.ts';
import { loadConnection } from '../../src/kubernetes/kubeconfig.ts';
import { issueServerCertificate } from '../../src/simulator/kubernetes/certificates.ts';
import { createVirtualClock } from '../../src/simulator/virtual-clock.ts';
import { aCanary } from '../support/canaries.ts';
import { mayHoldSecrets } from '../support/canary-search.ts';
import { startFailover } from '../support/fault-proxy/failover.ts';
import type { ProxiedRequest } from '../support/fault-proxy/fault.ts';
import type { FaultProxy } from '../support/fault-proxy/proxy.ts';
import { makeFolder } from '../support/temporary-folder.ts';

/** Files that a kubeconfig names: a bearer token, and the CA. */
interface Files {
	readonly connect: (proxy: FaultProxy) => Promise<Connection>;
	write(name: 'token' | 'ca', text: string): Promise<void>;
}

async function writeFiles(t: ExecutionContext): Promise<Files> {
	const folder = await makeFolder(t);
	mayHoldSecrets(join(folder, 'token'));
	const [kubeconfig, token, ca] = ['config', 'token', 'ca'].map((name) => join(folder, name));
	const write = (name: 'token' | 'ca', text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
	return {
		write,
		async connect({ connection: { server, tls } }) {
			await write('token', token1);
			await write('ca', String(tls.ca));
			const cluster = { server, 'certificate-authority': ca };
			const config = {
				apiVersion: 'v1',
				kind: 'Config',
				clusters: [{ name: 'east', cluster }],
				users: [{ name: 'spillway', user: { tokenFile: token } }],
				contexts: [{ name: 'east', context: { cluster: 'east', user: 'spillway' } }],
			};
			await writeFile(kubeconfig ?? '', stringify(config));
			const clock = createVirtualClock();
			const tools = { parse: (text: string): unknown => parse(text), environment: {}, clock };
			return loadConnection({ kubeconfig: kubeconfig ?? '', context: 'east', allowInsecure: false, tools });
		},
	};
}

const [token1, token2] = [aCanary('first-token'), aCanary('second-token')];

const bears =
	(token: string) =>
	({ headers }: ProxiedRequest): boolean =>
		headers['authorization'] === `Bearer ${token}`;

test('F-044 a token that is rotated is read again, and what was refused is sent again', async (t) => {
	const { connect, write } = await writeFiles(t);
	const { proxy, fleet, within, carry, notices } = await startFailover(t, { connect });
	await write('token', token2);
	const refused = proxy.rule({ where: bears(token1), fault: { kind: 'answer', status: 401, text: '{}' } });
	fleet.setReady(0, false);
	await within(5_000, () => carry(0, 1));
	t.true(refused.struck() > 0);
	proxy.cut();
	fleet.setReady(0, true);
	await within(5_000, () => carry(1, 0));
	t.false(notices.some(({ kind }) => kind === 'failed'));
});

test('F-045 a token file that is empty for a while is never sent as a token', async (t) => {
	const { connect, write } = await writeFiles(t);
	const { proxy, fleet, within, carry, pass } = await startFailover(t, { connect });
	await write('token', '');
	const rotated = proxy.rule({ where: bears(token1), fault: { kind: 'answer', status: 401, text: '{}' } });
	fleet.setReady(0, false);
	await pass(2_000);
	await write('token', token2);
	await within(35_000, () => carry(0, 1));
	t.true(rotated.struck() > 0);
	t.true(proxy.history.every((request) => bears(token1)(request) || bears(token2)(request)));
});

test('F-046 a server whose certificate has a new authority is trusted once the CA file names it', async (t) => {
	const { connect, write } = await writeFiles(t);
	const { proxy, fleet, within, carry, pass } = await startFailover(t, { connect });
	const renewed = await issueServerCertificate('the next authority');
	proxy.swapCertificate(renewed);
	proxy.cut();
	const before = proxy.history.length;
	fleet.setReady(0, false);
	await pass(5_000);
	t.is(proxy.history.length, before, 'nothing is sent to a server that is not trusted');
	t.true(carry(1, 0));
	await write('ca', renewed.ca);
	await within(60_000, () => carry(0, 1));
});
