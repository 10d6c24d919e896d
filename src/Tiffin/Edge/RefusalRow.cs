using Tiffin.Domain;

namespace Tiffin.Edge;

/// <summary>The problem of a kind of refusal, and its page.</summary>
sealed record RefusalRow(Type Kind, Func<Refusal, Problem> Problem, ProblemPage Page)
{
    public static RefusalRow Row<T>(T sample, string cause, string remedy, Func<T, Problem> problem)
        where T : Refusal =>
        new(typeof(T), refusal => problem((T)refusal), new ProblemPage(problem(sample), cause, remedy));
}
