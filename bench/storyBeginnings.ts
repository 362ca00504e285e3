/** How stories begin that stories260K goes on with: the problems of whoever needs some for it. */
const HEROES = [
  'a cat named Tim',
  'a girl named Lily',
  'an old tree',
  'a boy with a red ball',
  'a sad frog',
  'two birds',
  'a big dog',
  'a little bear',
  'a man with a hat',
  'a small fish',
  'a girl named Sue',
  'a brown rabbit',
];
const PLACES = [
  'in the park',
  'near a big lake',
  'in a small house',
  'on a hill',
  'at the beach',
  'in the snow',
  'by the sea',
  'at school',
];

/** JSONL with a `question` a row: each of the first heroes at each of the first places, of twelve and eight. */
export function storyBeginnings(heroes: number, places: number): string {
  return HEROES.slice(0, heroes)
    .flatMap((hero) => PLACES.slice(0, places).map((place) => `Once upon a time ${place} there was ${hero}.`))
    .map((question) => JSON.stringify({ question }))
    .join('\n');
}
