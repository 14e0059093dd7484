/**
 * Makes test/cases/azure-api.json: what Microsoft publishes about the operations that Spillway uses, facts alone.
 *
 *     npm pack azure-devops-node-api@17.0.1   # in a folder of its own; unpack it
 *     node test/forge/azure/extract-api.ts package
 *
 * Types are those of Microsoft's own client, which is made from the service's description. Operations are as
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs has them (specification/git/7.1/git.json), or the pages named with
 * them. A list, which the description calls an array, is answered as `{count, value}`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { type ClientTypes, readClientTypes } from './client-types.ts';
import { operations, schemas, wanted } from './operations.ts';

const [folder = ''] = process.argv.slice(2);
const files = ['Git', 'Core', 'Policy', 'Locations', 'Identities', 'Graph', 'common/VSS'];
const types: ClientTypes = readClientTypes(
	files.map((file) => readFileSync(`${folder}/interfaces/${file}Interfaces.d.ts`, 'utf8')),
);
const from =
	'azure-devops-node-api 17.0.1; MicrosoftDocs/vsts-rest-api-specs: specification/git/7.1/git.json';
const made = {
	from,
	paths: operations(),
	components: {
		schemas: { ...Object.fromEntries(wanted.map((name) => [name, types.schema(name, wanted)])), ...schemas },
	},
};
writeFileSync(
	new URL('../../cases/azure-api.json', import.meta.url),
	`${JSON.stringify(made, null, '\t')}\n`,
);
