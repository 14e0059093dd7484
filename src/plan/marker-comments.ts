// Comments that begin with a marker, and the value each stands behind, straight from YAML's tokens: the parsed
// document hangs comments elsewhere.
import { Lexer } from 'yaml';
import { type MarkerName, readMarker } from './marker-name.ts';

/** A marker in a text. */
export interface MarkerComment {
	readonly name: MarkerName;
	/** Offset of the comment. */
	readonly at: number;
	/** Offset of the scalar or alias that it stands right behind, on the same line. */
	readonly behind?: number;
}

/** A piece of a text as the lexer cuts it. */
interface Token {
	readonly text: string;
	readonly at: number;
	readonly isScalar: boolean;
}

/** The markers of a text, in order. Between value and comment may stand blanks, and a comma. */
export function findMarkerComments(text: string): readonly MarkerComment[] {
	const found: MarkerComment[] = [];
	let behind: number | undefined;
	for (const token of readTokens(text)) {
		const name = token.isScalar ? undefined : readComment(token.text);
		if (name !== undefined) found.push({ name, at: token.at, ...(behind === undefined ? {} : { behind }) });
		if (token.isScalar) behind = token.at;
		else if (!/^[ \t]+$|^,$/.test(token.text)) behind = undefined;
	}
	return found;
}

function readComment(text: string): MarkerName | undefined {
	return text.startsWith('#') ? readMarker(text) : undefined;
}

/** Marks that the lexer adds to a text's own tokens: a scalar follows, a document begins, a flow ends in error. */
const scalarFollows = '\u001f';
const added: ReadonlySet<string> = new Set([scalarFollows, '\u0002', '\u0018']);

function* readTokens(text: string): Generator<Token> {
	let at = 0;
	let last = '';
	for (const token of new Lexer().lex(text)) {
		if (!added.has(token)) {
			yield { text: token, at, isScalar: last === scalarFollows || /^["'*]/.test(token) };
			at += token.length;
		}
		last = token;
	}
}
