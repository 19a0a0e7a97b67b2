/** The words of the simulated shop: what its titles, brands and categories are made of. Data, no code. */
export interface CategoryWords {
  readonly name: string;
  readonly department: string;
  readonly nouns: readonly string[];
  readonly materials: readonly string[];
  /** Median price and the spread of its logarithm. */
  readonly medianPrice: number;
  readonly priceSpread: number;
  /** Day of the year on which interest is highest; absent: all year. */
  readonly peakDay?: number;
  /** Colour names in the title; false where a colour says nothing. */
  readonly coloured: boolean;
}

const words = (text: string): readonly string[] => text.split(',').map((word) => word.trim());

function category(
  department: string,
  name: string,
  price: readonly [median: number, spread: number],
  nouns: string,
  materials: string,
  more: { peakDay?: number; coloured?: boolean } = {},
): CategoryWords {
  const [medianPrice, priceSpread] = price;
  const season = more.peakDay === undefined ? {} : { peakDay: more.peakDay };
  return {
    department,
    name,
    medianPrice,
    priceSpread,
    nouns: words(nouns),
    materials: words(materials),
    coloured: more.coloured ?? true,
    ...season,
  };
}

const summer = 190;
const winter = 355;

export const categories: readonly CategoryWords[] = [
  category(
    'Clothing',
    'Shirts',
    [49, 0.45],
    'shirt, overshirt, polo shirt, T-shirt, blouse, grandad shirt',
    'Linen, Cotton, Poplin, Oxford, Chambray, Silk',
    {
      peakDay: summer,
    },
  ),
  category(
    'Clothing',
    'Knitwear',
    [79, 0.45],
    'jumper, cardigan, roll neck, vest, hoodie, crew neck',
    'Merino, Lambswool, Cashmere, Cotton, Ribbed, Mohair',
    {
      peakDay: winter,
    },
  ),
  category(
    'Clothing',
    'Trousers',
    [69, 0.4],
    'trousers, chinos, jeans, joggers, culottes, shorts',
    'Cotton, Linen, Corduroy, Denim, Wool, Twill',
  ),
  category(
    'Clothing',
    'Dresses',
    [85, 0.45],
    'midi dress, shirt dress, wrap dress, slip dress, tunic',
    'Linen, Cotton, Viscose, Silk, Jersey',
    { peakDay: summer },
  ),
  category(
    'Clothing',
    'Jackets',
    [139, 0.45],
    'jacket, parka, blazer, raincoat, gilet, trench coat',
    'Waxed, Quilted, Wool, Denim, Padded, Waterproof',
    {
      peakDay: winter,
    },
  ),
  category(
    'Shoes',
    'Sneakers',
    [89, 0.4],
    'sneakers, running shoes, slip-ons, high-tops, court shoes',
    'Canvas, Leather, Suede, Mesh, Recycled',
  ),
  category(
    'Shoes',
    'Boots',
    [129, 0.4],
    'ankle boots, Chelsea boots, hiking boots, lace-up boots',
    'Leather, Suede, Nubuck, Waterproof',
    { peakDay: winter },
  ),
  category('Shoes', 'Sandals', [59, 0.4], 'sandals, slides, espadrilles, mules, clogs', 'Leather, Cork, Woven, Suede, Jute', {
    peakDay: summer,
  }),
  category(
    'Accessories',
    'Bags',
    [79, 0.6],
    'tote bag, backpack, crossbody bag, weekender, belt bag, laptop sleeve',
    'Canvas, Leather, Recycled, Waxed, Nylon',
  ),
  category(
    'Accessories',
    'Hats and scarves',
    [35, 0.4],
    'scarf, beanie, cap, bucket hat, gloves, shawl',
    'Merino, Cotton, Cashmere, Wool, Linen',
    {
      peakDay: winter,
    },
  ),
  category(
    'Accessories',
    'Watches',
    [149, 0.6],
    'watch, field watch, diver watch, chronograph, pocket watch',
    'Steel, Titanium, Leather, Ceramic',
  ),
  category(
    'Accessories',
    'Jewellery',
    [59, 0.7],
    'earrings, necklace, signet ring, bracelet, cufflinks, brooch',
    'Silver, Gold-plated, Brass, Pearl, Enamel',
    {
      coloured: false,
    },
  ),
  category(
    'Home',
    'Lamps',
    [95, 0.55],
    'table lamp, floor lamp, pendant lamp, wall light, reading lamp',
    'Brass, Ceramic, Paper, Glass, Oak',
    {
      peakDay: winter,
    },
  ),
  category(
    'Home',
    'Cushions and throws',
    [39, 0.45],
    'cushion, throw, blanket, floor cushion, bolster',
    'Linen, Wool, Velvet, Boucle, Cotton',
    {
      peakDay: winter,
    },
  ),
  category(
    'Home',
    'Bed linen',
    [89, 0.45],
    'duvet cover, fitted sheet, pillowcase pair, bedspread, quilt',
    'Linen, Percale, Sateen, Flannel, Washed cotton',
  ),
  category(
    'Home',
    'Vases and pots',
    [35, 0.5],
    'vase, bud vase, plant pot, bowl, jug, candle holder',
    'Stoneware, Glass, Terracotta, Porcelain, Concrete',
  ),
  category(
    'Kitchen',
    'Tableware',
    [29, 0.5],
    'dinner plate, bowl set, mug, serving dish, espresso cups, tumbler set',
    'Stoneware, Porcelain, Enamel, Glass, Bamboo',
  ),
  category(
    'Kitchen',
    'Cookware',
    [75, 0.55],
    'frying pan, casserole, saucepan, wok, roasting tin, griddle',
    'Cast-iron, Steel, Copper, Enamelled, Carbon-steel',
    {
      coloured: false,
    },
  ),
  category(
    'Kitchen',
    'Coffee and tea',
    [45, 0.6],
    'teapot, coffee grinder, moka pot, pour-over set, kettle, milk jug',
    'Steel, Glass, Ceramic, Copper, Cast-iron',
    {
      coloured: false,
    },
  ),
  category(
    'Desk',
    'Stationery',
    [19, 0.5],
    'notebook, fountain pen, planner, pencil case, letter tray, desk pad',
    'Leather, Recycled, Linen, Brass, Walnut',
  ),
  category(
    'Outdoor',
    'Camping',
    [85, 0.6],
    'sleeping bag, lantern, camp chair, cool box, dry bag, hammock',
    'Lightweight, Canvas, Insulated, Recycled, Folding',
    {
      peakDay: summer,
    },
  ),
  category(
    'Outdoor',
    'Cycling',
    [65, 0.55],
    'cycling jersey, helmet, pannier, bike light, saddlebag, cycling gloves',
    'Merino, Reflective, Waterproof, Leather, Lightweight',
    {
      peakDay: summer,
    },
  ),
];

export const colours: readonly string[] = words(
  'slate blue, forest green, oatmeal, terracotta, charcoal, ivory, mustard, navy, dusty rose, sage, rust, black, sand, burgundy, sky blue, plum, olive, cream',
);

/** Words before the material, for when a title is taken. */
export const styles: readonly string[] = words(
  'Relaxed, Classic, Everyday, Slim, Fine, Heavy, Soft, Vintage, Light, Studio, Travel, Weekend',
);

/** Invented makers. */
export const brands: readonly string[] = words(
  'Norrvik, Halden & Moor, Ostrava Mill, Marlow Row, Tidewell, Cobalt Yard, Ash & Alder, Luma Works, Pinecroft, Sable Lane, Kestrel Goods, Juniper Post, Mossgate, Oriel Street, Brackenfield, Salt & Slate, Fennel House, Harbour North, Quill & Thread, Rowan Mill, Ternholm, Umber, Vesper Field, Wrenbury',
);
