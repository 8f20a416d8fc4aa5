/// @file
/// Everything, for C++ applications. Nothing inside the library includes this file.
#pragma once

#include <kedja/graph/csr_graph.hpp>
#include <kedja/graph/grouping.hpp>
#include <kedja/graph/projection.hpp>
#include <kedja/graph/quotient.hpp>
#include <kedja/ingest/door_check.hpp>
#include <kedja/measures/centrality/approximate_betweenness.hpp>
#include <kedja/measures/centrality/betweenness.hpp>
#include <kedja/measures/centrality/degree.hpp>
#include <kedja/measures/centrality/harmonic_closeness.hpp>
#include <kedja/measures/centrality/pagerank.hpp>
#include <kedja/measures/complexity/proximity.hpp>
#include <kedja/measures/complexity/rca.hpp>
#include <kedja/measures/null_models/coparticipation.hpp>
#include <kedja/measures/null_models/tie_significance.hpp>
#include <kedja/measures/structure/brokerage.hpp>
#include <kedja/measures/structure/components.hpp>
#include <kedja/measures/structure/mixing.hpp>
#include <kedja/measures/structure/observed_groups.hpp>
#include <kedja/measures/structure/participation.hpp>
#include <kedja/model/dataset.hpp>
