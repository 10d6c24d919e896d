using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tiffin.Domain;
using Tiffin.Domain.Orders;

namespace Tiffin.Features.Orders;

sealed record ProgressRequest(
    [property: Description("Indices of lines of the order, from 0; each once.")]
    [property: Length(1, PlaceOrderLimits.LinesMax)]
    IReadOnlyList<int> Lines,
    [property: Description("Every state can be set from every other one: a step back is a recall.")]
    LineState To,
    [property: Description("The part of the kitchen where it happened, such as tandoor. Without it, the one that is "
        + "known stays.")]
    [property: RegularExpression(Slug.Pattern)]
    string? Station = null);
