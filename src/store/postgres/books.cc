// Every book, compiled for this engine.
#include "store/postgres/open_books.h"

template class linebook::books::Books<linebook::postgres::Session>;
