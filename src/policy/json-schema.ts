import { z } from 'zod';
import { apiVersion, type DocumentKind } from './document-kinds.ts';
import { failoverPolicySchema } from './failover-policy.ts';
import { spillwayConfigSchema } from './spillway-config.ts';
import type { Path } from './yaml-place.ts';

/** A JSON Schema (draft 2020-12), as far as this project reads its own. */
export interface JsonSchema {
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly items?: JsonSchema;
	readonly additionalProperties?: boolean | JsonSchema;
	readonly anyOf?: readonly JsonSchema[];
	readonly [keyword: string]: unknown;
}

const schemas: Readonly<Record<DocumentKind, JsonSchema>> = {
	FailoverPolicy: generateSchema(failoverPolicySchema),
	SpillwayConfig: generateSchema(spillwayConfigSchema),
};

/** The schema of a kind as people write it, for editors and for `policies/schema/`. */
export function jsonSchema(kind: DocumentKind): JsonSchema {
	return schemas[kind];
}

/** The file below `policies/` that carries a kind's schema, for the `yaml-language-server` line of policies. */
export function jsonSchemaFile(kind: DocumentKind): { readonly path: string; readonly text: string } {
	const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
	return {
		path: `schema/${kind.toLowerCase()}-${version}.json`,
		text: `${JSON.stringify(schemas[kind], null, 2)}\n`,
	};
}

/** The fields that may stand at a path of a document. */
export function fieldsAt(kind: DocumentKind, path: Path): readonly string[] {
	let schema: JsonSchema | undefined = schemas[kind];
	for (const step of path) {
		if (typeof step === 'number') schema = schema?.items;
		else schema = schema?.properties?.[String(step)] ?? valuesOf(schema);
	}
	const forms = [schema, ...(schema?.anyOf ?? [])];
	return forms.flatMap((form) => Object.keys(form?.properties ?? {}));
}

function valuesOf(schema: JsonSchema | undefined): JsonSchema | undefined {
	const values = schema?.additionalProperties;
	return typeof values === 'object' ? values : undefined;
}

function generateSchema(schema: z.ZodType): JsonSchema {
	return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }) as JsonSchema;
}
