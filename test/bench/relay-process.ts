// A point between a client and the API server, by itself in a process: it delays, takes times, or swallows patches.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { answerCalls } from './process-calls.ts';

export interface RelaySetup {
	/** The server's URL. */
	readonly server: string;
	/** PEM: the client speaks plain HTTP, and the relay TLS to the server. Absent: bytes are passed on unread. */
	readonly ca?: string;
	/** From one side to the other, in ms: half the round trip. */
	readonly delay?: number;
}

/** One flip as it passed by: ms on the relay's clock. */
export interface Passage {
	/** The split's name. */
	readonly split: string;
	/** The event of its primary's slice went to the client; absent where none did. */
	readonly event?: number;
	/** The first bytes of the patch came from the client. */
	readonly patch: number;
	/** The first bytes of its answer went to the client. */
	readonly answer: number;
}

const sockets = new Set<Socket>();
const events = new Map<string, number>();
let passages: Passage[] = [];
let swallowed: string | undefined;
let server: Server | undefined;

answerCalls({ open, takePassages, swallow }, () => {
	server?.close();
	for (const socket of sockets) socket.destroy();
	return Promise.resolve();
});

/** Returns the URL that clients are to use. */
async function open(setup: RelaySetup): Promise<string> {
	server = createServer((near) => join(near, setup)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const scheme = setup.ca === undefined ? 'https' : 'http';
	return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What passed since the last call. */
function takePassages(): readonly Passage[] {
	const taken = passages;
	passages = [];
	events.clear();
	return taken;
}

/** From now on patches of this split go nowhere, and are never answered; `undefined` ends it. */
function swallow(split: string | undefined): void {
	swallowed = split;
}

function join(near: Socket, { server: url, ca, delay = 0 }: RelaySetup): void {
	const { hostname, port } = new URL(url);
	const place = { host: hostname, port: Number(port) };
	const far = ca === undefined ? connect(place) : connectTls({ ...place, ca });
	for (const socket of [near, far]) {
		sockets.add(socket);
		socket.setNoDelay(true);
		socket.on('error', () => undefined);
	}
	const look = ca === undefined ? passEverything : createLook();
	carry(near, far, { delay, passes: look.request });
	carry(far, near, { delay, passes: look.answer });
}

interface Way {
	readonly delay: number;
	/** Whether a chunk may pass. */
	readonly passes: (chunk: Buffer) => boolean;
}

/** Timers of one span fire in the order they were set, so that bytes keep theirs. */
function carry(from: Socket, to: Socket, { delay, passes }: Way): void {
	const later = (run: () => void): void => {
		if (delay === 0) run();
		else setTimeout(run, delay);
	};
	from.on('data', (chunk: Buffer) => {
		if (passes(chunk)) later(() => to.write(chunk));
	});
	from.once('close', () => {
		sockets.delete(from);
		later(() => to.destroy());
	});
}

interface Look {
	readonly request: (chunk: Buffer) => boolean;
	readonly answer: (chunk: Buffer) => boolean;
}

const passEverything: Look = { request: () => true, answer: () => true };

/** One connection, which carries one request at a time: a request's head begins a chunk. */
function createLook(): Look {
	let asked: { readonly split: string; readonly at: number } | undefined;
	let dead = false;
	return {
		request(chunk) {
			const at = performance.now();
			const split = patchedSplit(chunk);
			if (split !== undefined) asked = { split, at };
			dead ||= split !== undefined && split === swallowed;
			return !dead;
		},
		answer(chunk) {
			const at = performance.now();
			if (asked !== undefined) {
				const event = events.get(asked.split);
				const seen = event === undefined ? {} : { event };
				passages.push({ split: asked.split, patch: asked.at, answer: at, ...seen });
				asked = undefined;
			} else noteEvents(chunk, at);
			return true;
		},
	};
}

const patchHead = /^PATCH \S*\/trafficsplits\/([^?\s]+)/;

function patchedSplit(chunk: Buffer): string | undefined {
	if (chunk[0] !== 0x50) return undefined;
	return patchHead.exec(chunk.toString('latin1', 0, 300))?.[1];
}

const changedSlice =
	/"type":"MODIFIED","object":\{"kind":"EndpointSlice".{0,60}?"name":"primary-(\d+)-slice"/g;

function noteEvents(chunk: Buffer, at: number): void {
	for (const [, index] of chunk.toString('latin1').matchAll(changedSlice)) events.set(`split-${index}`, at);
}
