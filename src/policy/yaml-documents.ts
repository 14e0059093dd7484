import { Composer, CST, Lexer, type ParsedNode, Parser } from 'yaml';
import { type Problem, problem } from '../model/problem.ts';
import type { SourceText } from './source-text.ts';
import { explainYamlFault } from './yaml-fault.ts';

/** How deep a document may nest. The YAML composer calls itself per level: 10 000 overflow its stack. */
export const maxDepth = 64;

export interface YamlDocuments {
	/** The roots of the documents that are sound and not empty, in order. */
	readonly roots: readonly ParsedNode[];
	readonly problems: readonly Problem[];
}

/** Splits a file into documents. Of each broken one it tells the first fault: the others follow from it. */
export function readYamlDocuments(source: SourceText): YamlDocuments {
	const { tokens, tooDeepAt } = readTokens(source.text);
	if (tooDeepAt !== undefined) {
		const message = `the nesting is over ${maxDepth} levels`;
		return { roots: [], problems: [problem('E_YAML_DEPTH', { where: source.at(tooDeepAt), message })] };
	}
	const directive = tokens.find(({ type }) => type === 'directive');
	if (directive !== undefined) return { roots: [], problems: [refuseDirective(source, directive)] };
	const composer = new Composer({ uniqueKeys: false, prettyErrors: false, stringKeys: true });
	const roots: ParsedNode[] = [];
	const problems: Problem[] = [];
	for (const { contents, errors } of composer.compose(tokens)) {
		const [fault] = errors;
		if (fault !== undefined) problems.push(explainYamlFault(source, fault));
		else if (contents !== null && !isEmpty(contents)) roots.push(contents);
	}
	return { roots, problems };
}

interface Tokens {
	readonly tokens: readonly CST.Token[];
	/** Offset of the first collection that nests too deep; reading stopped there. */
	readonly tooDeepAt?: number;
}

/** The parser keeps a stack of its own, so it can be stopped at any depth before anything recurses. */
function readTokens(text: string): Tokens {
	const parser = new Parser();
	const tokens: CST.Token[] = [];
	for (const lexeme of new Lexer().lex(text)) {
		tokens.push(...parser.next(lexeme));
		const tooDeep = parser.stack.filter(CST.isCollection)[maxDepth];
		if (tooDeep !== undefined) return { tokens, tooDeepAt: tooDeep.offset };
	}
	tokens.push(...parser.end());
	return { tokens };
}

/** `%YAML 1.1` would change what the scalars after it mean. */
function refuseDirective(source: SourceText, { offset }: CST.Token): Problem {
	return problem('E_YAML_SYNTAX', {
		where: source.at(offset),
		message: 'YAML directives are not supported',
		remedy: 'remove the line',
	});
}

/** A document without content is an empty scalar. */
function isEmpty({ range }: ParsedNode): boolean {
	return range[0] === range[1];
}
