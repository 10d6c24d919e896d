import { applySettings } from "../lib/theme";

applySettings();
