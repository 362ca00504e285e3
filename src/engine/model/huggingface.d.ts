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
    /** The syntax tree. */
    readonly parsed: object;
  }
  export class Environment {
    set(name: string, value: unknown): unknown;
  }
  export class Interpreter {
    constructor(environment: Environment);
    /** Of a node of the tree, all nodes below it by this very method. A value has what it is made of in `value`. */
    evaluate(node: object, environment: Environment): unknown;
    /** The text that a tree gives. */
    run(tree: object): { readonly value: string };
  }
}
