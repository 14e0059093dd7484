/** The beginning of an object, or all of it. */
export interface ReadObject {
	readonly type: string;
	/** Of the whole object, in bytes. */
	readonly size: number;
	readonly content: Uint8Array;
}

export interface AnswerHandler {
	/** How many bytes of the object that comes next are wanted. */
	most(): number;
	/** `undefined`: there is no such object. `unread` bytes of it are still to come, and will be passed over. */
	onAnswer(object: ReadObject | undefined, unread: number): void;
	/** What came is no answer of git's. */
	onNonsense(line: string): void;
}

interface Body {
	readonly object: ReadObject;
	/** Bytes of the content that are here. */
	filled: number;
	/** Bytes of the object and its line feed that are still to come. */
	left: number;
	isAnswered: boolean;
}

/** Longer than any header line. */
const longestHeader = 256;
const lineFeed = 0x0a;

/** Takes apart what `git cat-file --batch` prints: `<id> <type> <size>\n<content>\n`, or `<id> missing\n`. */
export function createAnswerParser(handler: AnswerHandler): (chunk: Buffer) => void {
	let head = '';
	let body: Body | undefined;

	/** Returns what is behind the header; starts a body where the header announces one. */
	const readHeader = (chunk: Buffer): Buffer => {
		const end = chunk.indexOf(lineFeed);
		head += chunk.toString('latin1', 0, Math.min(end === -1 ? chunk.length : end, longestHeader));
		if (end === -1 && head.length < longestHeader) return chunk.subarray(chunk.length);
		const [, type, digits] = /^[0-9a-f]+ (blob|tree|commit|tag) (\d+)$/.exec(head) ?? [];
		if (type !== undefined) {
			const size = Number(digits);
			const content = Buffer.allocUnsafe(Math.min(size, handler.most()));
			body = { object: { type, size, content }, filled: 0, left: size + 1, isAnswered: false };
		} else if (/ missing$/.test(head)) handler.onAnswer(undefined, 0);
		else handler.onNonsense(head);
		head = '';
		return chunk.subarray(end === -1 ? chunk.length : end + 1);
	};

	/** Returns what is behind the object. */
	const readBody = (chunk: Buffer, current: Body): Buffer => {
		const { content, size } = current.object;
		const taken = Math.min(current.left, chunk.length);
		current.filled += chunk.copy(content, current.filled, 0, taken);
		current.left -= taken;
		if (current.left === 0) body = undefined;
		const isFilled = current.filled === content.length;
		const isThere = isFilled && (current.left === 0 || content.length < size);
		if (isThere && !current.isAnswered) {
			current.isAnswered = true;
			handler.onAnswer(current.object, current.left);
		}
		return chunk.subarray(taken);
	};

	return (chunk) => {
		for (let rest = chunk; rest.length > 0; ) {
			rest = body === undefined ? readHeader(rest) : readBody(rest, body);
		}
	};
}
