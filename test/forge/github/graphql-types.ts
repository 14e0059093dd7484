// What GitHub's published GraphQL schema says of the types that Spillway's operations use.

interface TypeRef {
	readonly kind: string;
	readonly name: string | null;
	readonly ofType: TypeRef | null;
}

interface InputValue {
	readonly name: string;
	readonly type: TypeRef;
	readonly defaultValue: string | null;
}

interface IntrospectedType {
	readonly kind: string;
	readonly name: string;
	readonly fields:
		| readonly { readonly name: string; readonly type: TypeRef; readonly args: readonly InputValue[] }[]
		| null;
	readonly inputFields: readonly InputValue[] | null;
	readonly enumValues: readonly { readonly name: string }[] | null;
}

/** The answer to an introspection query. */
export interface Introspection {
	readonly __schema: { readonly types: readonly IntrospectedType[] };
}

/** Each type is as in a query: `ID!`, `[String!]`. */
export interface GraphqlType {
	readonly kind: string;
	readonly fields?: Readonly<
		Record<string, { readonly type: string; readonly args: Readonly<Record<string, string>> }>
	>;
	readonly inputFields?: Readonly<Record<string, string>>;
	readonly enumValues?: readonly string[];
}

export type GraphqlTypes = Readonly<Record<string, GraphqlType>>;

/** The types, and of those that are large the fields, that are of use. */
const used: Readonly<Record<string, readonly string[] | 'all'>> = {
	Query: ['viewer'],
	User: ['login'],
	Mutation: ['enablePullRequestAutoMerge', 'disablePullRequestAutoMerge'],
	EnablePullRequestAutoMergeInput: 'all',
	EnablePullRequestAutoMergePayload: 'all',
	DisablePullRequestAutoMergeInput: 'all',
	DisablePullRequestAutoMergePayload: 'all',
	PullRequest: ['id', 'number', 'autoMergeRequest'],
	AutoMergeRequest: ['enabledAt', 'mergeMethod'],
	PullRequestMergeMethod: 'all',
};

export function extractGraphqlTypes(introspection: Introspection): GraphqlTypes {
	return Object.fromEntries(
		Object.entries(used).map(([name, wanted]) => {
			const type = introspection.__schema.types.find((each) => each.name === name);
			if (type === undefined) throw new Error(`no type ${name}`);
			return [name, describe(type, wanted)];
		}),
	);
}

function describe(type: IntrospectedType, wanted: readonly string[] | 'all'): GraphqlType {
	const { kind, fields, inputFields, enumValues } = type;
	if (enumValues !== null) return { kind, enumValues: enumValues.map(({ name }) => name) };
	if (inputFields !== null) return { kind, inputFields: describeInputs(inputFields) };
	const kept = (fields ?? []).filter(({ name }) => wanted === 'all' || wanted.includes(name));
	return {
		kind,
		fields: Object.fromEntries(
			kept.map((field) => [field.name, { type: formatType(field.type), args: describeInputs(field.args) }]),
		),
	};
}

/** One with a default may be left out, so it is not required. */
function describeInputs(values: readonly InputValue[]): Readonly<Record<string, string>> {
	return Object.fromEntries(
		values.map(({ name, type, defaultValue }) => [
			name,
			defaultValue === null ? formatType(type) : formatType(type).replace(/!$/, ''),
		]),
	);
}

function formatType({ kind, name, ofType }: TypeRef): string {
	if (ofType === null) return name ?? '';
	return kind === 'NON_NULL' ? `${formatType(ofType)}!` : `[${formatType(ofType)}]`;
}
