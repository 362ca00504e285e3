/** Where the model of an experiment lies. */
import { fileURLToPath } from 'node:url';
import { modelFolderOf } from '../protocol/builtinModels.ts';

/** In source the product's folder is three folders up; a bundle lies in `dist/`. */
const inSource = import.meta.url.endsWith('/model/modelPath.ts');
const productDir = fileURLToPath(new URL(inSource ? '../../../' : '../', import.meta.url));

/**
 * The absolute path of `model`, which is `builtin:<name>` or a folder relative to `baseDir`.
 * @throws UserError for a built-in model that there is not
 */
export function modelPath(model: string, baseDir: string): string {
  return modelFolderOf(model, baseDir, productDir);
}
