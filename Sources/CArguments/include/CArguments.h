#pragma once
// Nothing to call: see arguments.c for what it puts in place.
