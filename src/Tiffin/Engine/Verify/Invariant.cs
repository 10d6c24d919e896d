namespace Tiffin.Engine.Verify;

/// <summary>
/// A condition that must hold. <paramref name="Sql"/> yields one row per checked item: its name, and whether the
/// condition holds for it. Null counts as a violation.
/// </summary>
sealed record Invariant(string Name, string Meaning, string Sql)
{
    /// <summary>Number of checked items, number of violations, and the name of one violating item.</summary>
    public string CountSql => $"""
        SELECT count(*), count(*) FILTER (WHERE is_right IS NOT TRUE), min(name) FILTER (WHERE is_right IS NOT TRUE)
        FROM ({Sql}) AS checked (name, is_right)
        """;
}

/// <summary>The result for an invariant; <paramref name="Example"/> names one violating item.</summary>
sealed record Finding(Invariant Invariant, long Checked, long Violations, string? Example);
