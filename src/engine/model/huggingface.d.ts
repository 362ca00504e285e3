/**
 * The parts of Hugging Face's libraries that are used here. Their own declarations import each other without file extensions,
 * which TypeScript's Node resolution does not follow in ES modules: everything in them would be `any`.
 */
declare module '@huggingface/tokenizers' {
  export interface AddedToken {
    readonly id: number;
    readonly content: string;
    readonly special: boolean;
    /** Looked for in text that was normalised, and so not at the very first. */
    readonly normalized: boolean;
    /** Takes the spaces before it, or behind it, into itself. */
    readonly lstrip: boolean;
    readonly rstrip: boolean;
  }

  export class Tokenizer {
    constructor(tokenizer: object, config: object);
    /** `vocab` by id, with holes where ids are not in use. */
    readonly model: { readonly vocab: readonly (string | undefined)[] } | null;
    encode(text: string, options: { add_special_tokens: boolean }): { readonly ids: readonly number[] };
    /** Throws for an empty array. */
    decode(ids: readonly number[], options: { clean_up_tokenization_spaces: boolean }): string;
    token_to_id(token: string): number | undefined;
    id_to_token(id: number): string | undefined;
    get_added_tokens_decoder(): ReadonlyMap<number, AddedToken>;
  }
}

declare module '@huggingface/jinja' {
  export class Template {
    constructor(source: string);
    /** The statements, in order; opaque here. */
    readonly parsed: { readonly body: object[] };
    render(variables: Readonly<Record<string, unknown>>): string;
  }
}
