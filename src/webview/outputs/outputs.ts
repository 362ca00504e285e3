/** The outputs panel. */
import './outputs.css';
