namespace Tiffin.Edge;

/// <summary>
/// An endpoint that people open in a browser. <paramref name="Refuse"/> replaces the problem that the gate would send,
/// so that a person can see how to continue.
/// </summary>
sealed record PageEndpoint(Func<HttpContext, Problem, Task> Refuse)
{
    public static PageEndpoint? Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<PageEndpoint>();

    /// <summary>Answers with a problem: as the page endpoint does, or elsewhere with the problem itself.</summary>
    public static Task Answer(HttpContext context, Problem refusal) =>
        Of(context) is { } page ? page.Refuse(context, refusal) : refusal.ExecuteAsync(context);
}
