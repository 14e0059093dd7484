// Mermaid's own parser, without a browser: what it cleans labels with needs one, and what it draws is looked at elsewhere.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import mermaid from 'mermaid';

interface Purifier {
	addHook?: () => void;
	sanitize?: (text: string) => string;
}

/** The kind of picture that Mermaid takes a text for. Rejects with its complaint where it cannot read it. */
export async function parseMermaid(text: string): Promise<string> {
	await stubPurifier();
	const { diagramType } = await mermaid.parse(text);
	return diagramType;
}

/** Without a document it does nothing, and lacks its methods. */
async function stubPurifier(): Promise<void> {
	const { resolve } = createRequire(createRequire(import.meta.url).resolve('mermaid'));
	const script = new URL('purify.es.mjs', pathToFileURL(resolve('dompurify')));
	const { default: purifier } = (await import(script.href)) as { readonly default: Purifier };
	purifier.addHook ??= () => undefined;
	purifier.sanitize ??= (dirty) => dirty;
}
