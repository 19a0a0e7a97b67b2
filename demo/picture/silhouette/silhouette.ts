import { namedColour } from '../colour.ts';
import { hash32 } from '../seed.ts';
import * as gear from './gear.ts';
import * as goods from './home-goods.ts';
import * as kitchen from './kitchen.ts';
import * as outing from './outing.ts';
import * as pantry from './pantry.ts';
import type { Silhouette } from './tone.ts';
import * as trinket from './trinket.ts';
import * as wear from './wear.ts';

/** Words of titles and categories, singular and lower case, and what they look like; the particular before the general. Titles are read from their end. */
const things: readonly (readonly [RegExp, Silhouette])[] = [
  [/sleeping bag/, outing.sleepingBag],
  [/cool ?box|cooler/, outing.coolBox],
  [/dry bag/, outing.dryBag],
  [/hammock/, outing.hammock],
  [/lantern/, outing.lantern],
  [/camp(?:ing)? chair/, outing.campChair],
  [/helmet/, outing.helmet],
  [/saddlebag|pannier|belt bag|crossbody bag|messenger bag/, outing.saddlebag],
  [/jersey/, outing.jersey],
  [/bike light|torch|flashlight/, outing.bikeLight],
  [/gloves?|mitten/, outing.glove],
  [/weekender|duffel|holdall/, outing.duffel],
  [/necklace|pendant necklace/, trinket.necklace],
  [/earring/, trinket.earrings],
  [/bracelet|bangle/, trinket.bracelet],
  [/brooch|pin/, trinket.brooch],
  [/cufflinks?/, trinket.cufflinks],
  [/pocket watch/, trinket.pocketWatch],
  [/chronograph/, trinket.watch],
  [/casserole|dutch oven|stockpot/, kitchen.casserole],
  [/saucepan/, kitchen.saucepan],
  [/wok/, kitchen.wok],
  [/roasting tin|baking dish|tray bake/, kitchen.roastingTin],
  [/griddle|grill pan/, kitchen.griddle],
  [/jug|pitcher|milk jug/, kitchen.jug],
  [/moka pot|espresso maker/, kitchen.moka],
  [/coffee grinder|grinder|mill/, kitchen.grinder],
  [/pour-over(?: set)?|dripper/, kitchen.dripper],
  [/tumbler(?: set)?|glass set/, kitchen.tumblers],
  [/kettle/, kitchen.kettle],
  [/floor lamp/, goods.floorLamp],
  [/wall light|sconce/, goods.wallLight],
  [/pendant lamp/, goods.pendant],
  [/plant pot|flower pot/, goods.flowerPot],
  [/candle holder|candlestick/, goods.candleHolder],
  [/fitted sheet|flat sheet|duvet cover|bedspread/, goods.linen],
  [/pillowcase(?: pair)?|pair/, goods.pillows],
  [/bolster/, goods.cushion],
  [/bowl set/, goods.bowl],
  [/laptop sleeve/, gear.sleeve],
  [/pencil case/, gear.pencilCase],
  [/letter tray|tray/, gear.tray],
  [/desk pad/, gear.deskPad],
  [/roll neck|crew neck|turtleneck/, wear.sweater],
  [/vest/, wear.vest],
  [/t-shirt|polo shirt/, wear.tee],
  [/overshirt|grandad shirt|blouse|shirt|tunic/, wear.shirt],
  [/sandal|slide|espadrille|mule|clog|flip-flop/, wear.sandal],
  [/culotte|overall|slacks/, wear.trousers],
  [/raincoat/, wear.jacket],
  [/pendant|chandelier/, goods.pendant],
  [/lamp|light|lantern/, goods.lamp],
  [/stool|ottoman|pouf/, goods.stool],
  [/sofa|couch|armchair|loveseat/, goods.sofa],
  [/chair|seat/, goods.chair],
  [/table|desk|bench/, goods.table],
  [/shelf|shelves|bookcase|cabinet|rack|storage|drawer|wardrobe/, goods.shelf],
  [/bed|bedding|duvet|mattress|sheet/, goods.bed],
  [/planter|plant|garden|fern|cactus/, goods.plant],
  [/vase|flower|decor/, goods.vase],
  [/teapot|kettle/, goods.teapot],
  [/mug|cup|coffee ?maker|tumbler/, goods.mug],
  [/bowl|dish/, goods.bowl],
  [/plate|tableware|platter/, goods.plate],
  [/pan|skillet|pot|wok|cookware|kitchen/, goods.pan],
  [/candle|diffuser/, goods.candle],
  [/clock|timer/, goods.clock],
  [/mirror/, goods.mirror],
  [/cushion|pillow/, goods.cushion],
  [/blanket|throw|quilt/, goods.blanket],
  [/rug|carpet|doormat/, goods.rug],
  [/towel|bath/, goods.towel],
  [/basket|hamper/, goods.basket],
  [/hoodie|sweater|jumper|cardigan|knit|pullover|sweatshirt|fleece/, wear.sweater],
  [/jacket|coat|blazer|parka|anorak|gilet|vest|outerwear/, wear.jacket],
  [/dress|gown/, wear.dress],
  [/skirt/, wear.skirt],
  [/short/, wear.shorts],
  [/trouser|jean|chino|pant|legging|jogger/, wear.trousers],
  [/boot/, wear.boot],
  [/sneaker|shoe|trainer|runner|loafer|sandal|footwear|slipper/, wear.sneaker],
  [/beanie/, wear.beanie],
  [/hat|cap|fedora/, wear.hat],
  [/scarf|shawl|gloves?|mitten/, wear.scarf],
  [/sock|tights?/, wear.sock],
  [/backpack|rucksack|daypack/, wear.backpack],
  [/tote|bag|duffel|satchel|purse|handbag/, wear.tote],
  [/wallet|cardholder/, wear.wallet],
  [/belt/, wear.belt],
  [/watch/, trinket.watch],
  [/ring|necklace|bracelet|earring|jewel(?:le)?ry|pendant/, trinket.ring],
  [/(?:sun)?glass(?:es)?|goggle/, trinket.glasses],
  [/t-?shirt|tee|shirt|top|blouse|polo|apparel|clothing/, wear.tee],
  [/headphone|earbud|headset|earphone|audio/, gear.headphones],
  [/speaker|radio|soundbar|record player|turntable/, gear.speaker],
  [/phone|mobile/, gear.phone],
  [/tablet|e-?reader/, gear.tablet],
  [/camera|lens|photo/, gear.camera],
  [/laptop|notebook computer|computer/, gear.laptop],
  [/monitor|tv|television|display|projector/, gear.monitor],
  [/keyboard/, gear.keyboard],
  [/mouse/, gear.mouse],
  [/tent|camping|tarp|hammock|outdoor/, gear.tent],
  [/bike|bicycle|cycling|helmet/, gear.bike],
  [/racket|tennis|badminton/, gear.racket],
  [/ball|football|sport/, gear.ball],
  [/dumbbell|kettlebell|weight|fitness|barbell/, gear.dumbbell],
  [/mat|yoga/, gear.mat],
  [/book|novel|atlas|journal|notebook|planner|cookbook|stationery/, gear.book],
  [/pen|pencil|marker|brush/, gear.pen],
  [/teddy|bear|plush/, gear.teddy],
  [/block|puzzle|toy|game/, gear.blocks],
  [/hammer|tool|axe|drill/, gear.tool],
  [/soap|shampoo|lotion|wash|conditioner/, pantry.soap],
  [/cream|serum|balm|sunscreen|toothpaste|gel/, pantry.tube],
  [/perfume|cologne|fragrance|beauty|skincare/, pantry.perfume],
  [/jar|jam|honey|spice|sauce|olive oil|pickle/, pantry.jar],
  [/milk|juice|carton|cereal/, pantry.carton],
  [/can|soup|soda|beer|soft drink/, pantry.can],
  [/coffee|tea|chip|snack|granola|chocolate|candy|rice|pasta/, pantry.pouch],
  [/wine|water|bottle|flask|carafe|thermos|drink/, goods.bottle],
  [/apple|fruit|vegetable|produce|tomato/, pantry.fruit],
  [/bread|bakery|cake|cookie|bun/, pantry.bread],
];
const words = things.map(([pattern, draw]) => [new RegExp(`^(?:${pattern.source})(?:e?s)?$`), draw] as const);
const unknown = [pantry.parcel, pantry.jar, pantry.carton, pantry.can, pantry.pouch] as const;

/** Pairs before single words, the last word first: "desk lamp" is a lamp, "coffee table" a table. */
function drawingOf(tokens: readonly string[]): Silhouette | undefined {
  for (let i = tokens.length - 1; i >= 0; i--) {
    const single = tokens[i] ?? '';
    for (const text of [`${tokens[i - 1] ?? ''} ${single}`, single]) {
      const found = words.find(([pattern]) => pattern.test(text))?.[1];
      if (found) return found;
    }
  }
  return undefined;
}

const tokensOf = (text: string) =>
  text
    .toLowerCase()
    .split(/[^a-z-]+/)
    .filter(Boolean);

/** What a product looks like: by its title, else by its categories, else one drawing per category. */
export function silhouetteOf({
  title,
  categories,
}: {
  readonly title: string;
  readonly categories: readonly string[];
}): Silhouette {
  for (const text of [title, ...[...categories].reverse()]) {
    const tokens = tokensOf(text);
    // "Jumper, cream" is no cream; "hand cream" is.
    const found = drawingOf(tokens.filter((token) => !namedColour(token))) ?? drawingOf(tokens);
    if (found) return found;
  }
  return unknown[hash32(categories[0] ?? title) % unknown.length] ?? pantry.parcel;
}
