/** The compare panel. */
import './compare.css';
