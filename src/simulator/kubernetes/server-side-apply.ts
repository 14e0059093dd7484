import { isRecord } from '../../model/unstructured.ts';
import { type ApiStatusError, refuse } from './api-status.ts';
import { collectFields, compareFields } from './field-comparison.ts';
import {
	type FieldPath,
	type FieldSet,
	formatFieldPath,
	intersectFields,
	noFields,
	subtractFields,
	uniteFields,
} from './field-sets.ts';
import { isSameWriter, type OwnedPart, type Ownership, type Writer } from './managed-fields.ts';

export interface ApplyRequest {
	/** `undefined` where the object is to be created. */
	readonly live: OwnedPart | undefined;
	readonly manifest: OwnedPart;
	readonly ownerships: readonly Ownership[];
	readonly writer: Writer & { readonly time: string };
	/** Takes fields from other managers instead of throwing 409. */
	readonly force: boolean;
}

export interface ApplyResult {
	readonly object: OwnedPart;
	readonly ownerships: readonly Ownership[];
}

/** Whom a manager finds that is the first to apply an object which nobody's fields are known of. */
const unknownPast = 'before-first-apply';

/**
 * Server-side apply: sets the manifest's fields and takes out those that its manager applied before and nobody
 * else owns. Throws 409 where that would change a field of another manager.
 */
export function applyManifest({ live, manifest, ownerships, writer, force }: ApplyRequest): ApplyResult {
	const before = live ?? { metadata: {} };
	const known = live !== undefined && ownerships.length === 0 ? [ownAll(before, writer)] : ownerships;
	const others = known.filter((each) => !isSameWriter(each, writer));
	const last = known.find((each) => isSameWriter(each, writer));
	const fields = withoutMetadata(collectFields(manifest));
	const owned = uniteFields(fields, ...others.map((each) => each.fields));
	const object = dropFields(mergeRecords(before, manifest), last?.fields ?? noFields, owned);
	const { added, modified, removed } = compareFields(before, object);
	const written = uniteFields(added, modified);
	const conflicts = others
		.map((owner) => ({ owner, fields: intersectFields(owner.fields, written) }))
		.filter((conflict) => conflict.fields.size > 0);
	if (conflicts.length > 0 && !force) throw refuseConflicts(conflicts);
	const changed = written.size + removed.size > 0;
	const { time: lastTime } = last ?? {};
	const { time: now, ...who } = writer;
	const time = changed ? now : lastTime;
	return {
		object,
		ownerships: [
			...others.map((each) => ({ ...each, fields: subtractFields(each.fields, written, removed) })),
			{ ...who, ...(time === undefined ? {} : { time }), fields },
		],
	};
}

function ownAll(live: OwnedPart, { apiVersion, time }: ApplyRequest['writer']): Ownership {
	const { added } = compareFields({ metadata: {} }, live);
	return { manager: unknownPast, operation: 'Update', apiVersion, time, fields: added };
}

function withoutMetadata(fields: FieldSet): FieldSet {
	return new Map([...fields].filter(([, path]) => path.join() !== 'f:metadata'));
}

type Tree = Readonly<Record<string, unknown>>;

function mergeRecords(live: Tree, manifest: Tree): Tree {
	const merged = Object.entries(manifest).map(([key, value]) => {
		const present = live[key];
		return [key, isRecord(value) && isRecord(present) ? mergeRecords(present, value) : value];
	});
	return { ...live, ...Object.fromEntries(merged) };
}

/** Takes out what was applied and is no longer owned, and what has nothing left below it. */
function dropFields(object: Tree, applied: FieldSet, owned: FieldSet): Tree {
	const ownsBelow = new Set([...owned.values()].flatMap(listAncestors));
	const unowned = [...subtractFields(applied, owned)].filter(([key]) => !ownsBelow.has(key));
	return unowned.reduce((left, [, path]) => dropField(left, path, [], owned), object);
}

function listAncestors(path: FieldPath): readonly string[] {
	return path.slice(1).map((_, index) => JSON.stringify(path.slice(0, index + 1)));
}

function dropField(tree: Tree, [step = '', ...rest]: FieldPath, above: FieldPath, owned: FieldSet): Tree {
	const key = step.slice('f:'.length);
	const { [key]: below, ...others } = tree;
	if (rest.length === 0) return others;
	if (!isRecord(below)) return tree;
	const here = [...above, step];
	const left = dropField(below, rest, here, owned);
	const isOwned = here.join() === 'f:metadata' || owned.has(JSON.stringify(here));
	return Object.keys(left).length === 0 && !isOwned ? others : { ...tree, [key]: left };
}

interface Conflict {
	readonly owner: Writer;
	readonly fields: FieldSet;
}

function refuseConflicts(conflicts: readonly Conflict[]): ApiStatusError {
	const found = conflicts
		.map(({ owner, fields }) => ({
			manager: describeManager(owner),
			paths: [...fields.values()].map(formatFieldPath).sort(),
		}))
		.sort((a, b) => (a.manager < b.manager ? -1 : 1));
	const causes = found.flatMap(({ manager, paths }) =>
		paths.map((field) => ({
			reason: 'FieldManagerConflict' as const,
			message: `conflict with ${manager}`,
			field,
		})),
	);
	const lines = found.map(({ manager, paths }) =>
		[`conflicts with ${manager}:`, ...paths.map((path) => `- ${path}`)].join('\n'),
	);
	const [only] = causes;
	const text = causes.length === 1 ? `${only?.message}: ${only?.field}` : lines.join('\n');
	const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
	const message = `Apply failed with ${count}: ${text}`;
	return refuse({ code: 409, reason: 'Conflict', message, details: { causes } });
}

function describeManager({ manager, operation, apiVersion, subresource }: Writer): string {
	const part = subresource === undefined ? '' : ` with subresource "${subresource}"`;
	return `"${manager}"${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
