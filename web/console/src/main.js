// On the sign-in page it fills the place for keys; elsewhere it waits until the console asks for a signature.

import { fill } from "./enter.js";
import { ask } from "./window.js";

globalThis.zhulianKeys = { ask };

const place = document.getElementById("keys");
if (place !== null) fill(place);
