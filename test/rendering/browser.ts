// A real browser, told what to do over a pipe: nothing listens, and it keeps nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const program = '/usr/bin/chromium';

/** Whether this machine has a browser. */
export const hasBrowser: boolean = existsSync(program);

export interface Viewport {
	readonly width: number;
	readonly height: number;
}

/** An open page. */
export interface BrowserPage {
	/** The value of an expression, as JSON. */
	evaluate(expression: string): Promise<unknown>;
	/** A PNG: of the viewport, or of the whole page. */
	screenshot(extent: 'viewport' | 'page'): Promise<Buffer>;
}

export interface Browser extends AsyncDisposable {
	/** Opens a page, and waits until its title is `drawn`. */
	open(url: string, viewport: Viewport): Promise<BrowserPage>;
}

type Answer = Readonly<Record<string, unknown>>;
type Call = (method: string, parameters?: object, session?: string) => Promise<Answer>;

/** How long a page may take until it is drawn. */
const deadline = 30_000;

export async function startBrowser(): Promise<Browser> {
	const profile = await mkdtemp(join(tmpdir(), 'spillway-browser-'));
	const flags = [
		'--headless',
		'--no-sandbox',
		'--disable-gpu',
		'--disable-quic',
		'--no-first-run',
		'--disable-background-networking',
		'--disable-component-update',
		'--disable-sync',
		'--hide-scrollbars',
		'--remote-debugging-pipe',
		`--user-data-dir=${profile}`,
		'about:blank',
	];
	const child = spawn(program, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
	const exited = once(child, 'exit');
	const call = speak(child.stdio[3] as Writable, child.stdio[4] as Readable, exited);
	return {
		open: (url, viewport) => openPage(call, url, viewport),
		async [Symbol.asyncDispose]() {
			await Promise.race([call('Browser.close').catch(() => undefined), exited]);
			await exited;
			await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
		},
	};
}

interface Message {
	readonly id?: number;
	readonly result?: Answer;
	readonly error?: { readonly message: string };
}

/** The DevTools protocol: JSON, each message ended by a zero byte. */
function speak(requests: Writable, answers: Readable, exited: Promise<unknown>): Call {
	const waiting = new Map<number, PromiseWithResolvers<Answer>>();
	const settle = ({ id = 0, result = {}, error }: Message): void => {
		if (error === undefined) waiting.get(id)?.resolve(result);
		else waiting.get(id)?.reject(new Error(error.message));
		waiting.delete(id);
	};
	let rest = '';
	answers.setEncoding('utf8').on('data', (chunk: string) => {
		const messages = (rest + chunk).split('\0');
		rest = messages.pop() ?? '';
		for (const message of messages) settle(JSON.parse(message) as Message);
	});
	void exited.then(() => {
		for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
	});
	requests.on('error', () => undefined);
	let calls = 0;
	return (method, params = {}, sessionId) => {
		calls += 1;
		const answered = Promise.withResolvers<Answer>();
		waiting.set(calls, answered);
		requests.write(`${JSON.stringify({ id: calls, method, params, sessionId })}\0`);
		return answered.promise;
	};
}

async function openPage(call: Call, url: string, { width, height }: Viewport): Promise<BrowserPage> {
	const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
	const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
	const tell: Call = (method, parameters) => call(method, parameters, String(sessionId));
	await tell('Emulation.setDeviceMetricsOverride', {
		width,
		height,
		deviceScaleFactor: 1,
		mobile: width < 600,
	});
	await tell('Page.navigate', { url });
	const evaluate = async (expression: string): Promise<unknown> => {
		const { result } = await tell('Runtime.evaluate', {
			expression,
			returnByValue: true,
			awaitPromise: true,
		});
		return (result as { readonly value?: unknown } | undefined)?.value;
	};
	await waitUntil(async () => (await evaluate('document.title')) === 'drawn');
	return {
		evaluate,
		async screenshot(extent) {
			const full = Number(await evaluate('document.documentElement.scrollHeight'));
			const clip = {
				x: 0,
				y: 0,
				width,
				height: extent === 'page' ? Math.min(full, 6_000) : height,
				scale: 1,
			};
			const { data } = await tell('Page.captureScreenshot', { captureBeyondViewport: true, clip });
			return Buffer.from(String(data), 'base64');
		},
	};
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
	const until = Date.now() + deadline;
	while (!(await holds())) {
		if (Date.now() > until) throw new Error('the page was not drawn in time');
		const { promise, resolve } = Promise.withResolvers<void>();
		setTimeout(resolve, 50);
		await promise;
	}
}
