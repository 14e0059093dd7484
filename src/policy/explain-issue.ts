import type { z } from 'zod';
import { type Problem, problem, showText, showValue } from '../model/problem.ts';
import { adviseName } from './did-you-mean.ts';
import type { DocumentKind } from './document-kinds.ts';
import { judgeUntyped, notDuration } from './duration.ts';
import { describeValue, type Fault, faultOf } from './fault.ts';
import { fieldsAt } from './json-schema.ts';
import { isLaterField, isLaterValue } from './not-supported.ts';
import type { DocumentPlaces, Path } from './yaml-place.ts';

type Issue = z.core.$ZodIssue;
type IssueOf<Code extends Issue['code']> = Extract<Issue, { code: Code }>;

/** The document an issue is about. */
interface Subject {
	readonly kind: DocumentKind;
	readonly places: DocumentPlaces;
}

/** Turns what zod found into problems a person can mend: one per issue, or one per unknown field. */
export function explainIssue(subject: Subject, issue: Issue): readonly Problem[] {
	const { places } = subject;
	const { path } = issue;
	if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => explainField(subject, path, key));
	if (issue.code === 'invalid_key') {
		return issue.issues.map((inner) => tellFault(judgeValue(subject, inner), path, places.ofName(path)));
	}
	if (issue.code === 'invalid_union') return explainUnion(subject, issue);
	if (isMissing(issue)) return [tellFault(judgeMissing(path), path, places.ofName(path))];
	return [tellFault(judgeValue(subject, issue), path, places.ofValue(path))];
}

/** Of the alternatives, the one whose form the value has is explained; else what may stand there is told. */
function explainUnion(
	subject: Subject,
	{ path, input, errors }: IssueOf<'invalid_union'>,
): readonly Problem[] {
	const meant = errors.find((issues) => !issues.some(isOtherForm));
	if (meant !== undefined) {
		return meant.flatMap((issue) => explainIssue(subject, { ...issue, path: [...path, ...issue.path] }));
	}
	const choice = errors.flat().find(isChoice);
	const fault: Fault =
		choice === undefined
			? { code: 'E_TYPE', message: 'has the wrong type', got: describeValue(input) }
			: judgeChoice({ ...choice, input }, false);
	return [tellFault(fault, path, subject.places.ofValue(path))];
}

function isChoice(issue: Issue): issue is IssueOf<'invalid_value'> {
	return issue.code === 'invalid_value' && issue.path.length === 0;
}

function isOtherForm({ code, path }: Issue): boolean {
	return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

function isMissing({ code, input }: Issue): boolean {
	return input === undefined && (code === 'invalid_type' || code === 'invalid_value');
}

function judgeMissing(path: Path): Fault {
	return { code: 'E_REQUIRED', message: 'is required', remedy: `add ${showPath(path)}` };
}

function tellFault({ code, message, ...facts }: Fault, path: Path, where: Problem['where']): Problem {
	return problem(code, { where, message: `${showPath(path)} ${message}`, ...facts });
}

function explainField({ kind, places }: Subject, parent: Path, key: string): Problem {
	const path = [...parent, key];
	const where = places.ofName(path);
	if (isLaterField(kind, path)) {
		return problem('E_NOT_SUPPORTED', { where, message: `${showPath(path)} is not supported yet` });
	}
	const fields = fieldsAt(kind, parent);
	return problem('E_UNKNOWN_FIELD', {
		where,
		message: `unknown field ${showValue(key)}`,
		expected: `one of ${fields.join(', ')}`,
		remedy: adviseName(key, fields),
	});
}

/** What is wrong with a value, by the kind of issue. */
function judgeValue({ kind }: Pick<Subject, 'kind'>, issue: Issue): Fault {
	switch (issue.code) {
		case 'invalid_type':
			return issue.message === notDuration ? judgeUntyped(issue.input) : judgeType(issue);
		case 'invalid_value':
			return judgeChoice(issue, isLaterValue(kind, issue.path, issue.input));
		case 'too_small':
			return judgeSize(issue, `at least ${issue.minimum}`, 'E_MIN_ITEMS');
		case 'too_big':
			return judgeSize(issue, `at most ${issue.maximum}`, 'E_LIMIT');
		case 'custom':
			return faultOf(issue);
		default:
			return { code: 'E_TYPE', message: showText(issue.message) };
	}
}

const typeNames: Readonly<Record<string, string>> = {
	string: 'text',
	int: 'a whole number',
	number: 'a whole number',
	object: 'a mapping',
	record: 'a mapping',
	array: 'a list',
	boolean: 'true or false',
};

function judgeType({ input, expected }: IssueOf<'invalid_type'>): Fault {
	const type = typeNames[expected] ?? expected;
	const quote = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean');
	return {
		code: 'E_TYPE',
		message: 'has the wrong type',
		got: describeValue(input),
		expected: type,
		remedy: quote ? 'quote it' : `write ${type}`,
	};
}

function judgeChoice({ input, values }: IssueOf<'invalid_value'>, isLater: boolean): Fault {
	const choices = values.map(String);
	if (isLater) {
		const remedy = `until a later version supports it, use ${choices.join(' or ')}`;
		return { code: 'E_NOT_SUPPORTED', message: `${input} is not supported yet`, remedy };
	}
	return {
		code: 'E_ENUM',
		message: 'has an unknown value',
		got: describeValue(input),
		expected: choices.length === 1 ? choices.join() : `one of ${choices.join(', ')}`,
		remedy: adviseName(String(input), choices),
	};
}

function judgeSize(
	{ input, origin }: IssueOf<'too_small' | 'too_big'>,
	expected: string,
	itemsCode: 'E_MIN_ITEMS' | 'E_LIMIT',
): Fault {
	if (Array.isArray(input)) {
		return { code: itemsCode, message: 'has the wrong number of items', got: String(input.length), expected };
	}
	if (origin === 'string') return { code: 'E_REQUIRED', message: 'is empty', remedy: 'fill it in' };
	return { code: 'E_RANGE', message: 'is out of range', got: describeValue(input), expected };
}

/** Writes a path as people do: `spec.backends[0].weight`. */
function showPath(path: Path): string {
	return path.map(showStep).join('').replace(/^\./, '');
}

function showStep(step: PropertyKey): string {
	if (typeof step === 'number') return `[${step}]`;
	const name = String(step);
	return /^[\w-]+$/.test(name) ? `.${name}` : `[${showValue(name)}]`;
}
