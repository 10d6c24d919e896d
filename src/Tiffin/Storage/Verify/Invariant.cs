namespace Tiffin.Storage.Verify;

/// <summary>
/// Something that must hold. <paramref name="Sql"/> yields a row for each thing that was looked at: what it is called,
/// and whether it is right. What is neither right nor wrong (null) is wrong.
/// </summary>
sealed record Invariant(string Name, string Meaning, string Sql)
{
    /// <summary>How many were looked at, how many of them are wrong, and the name of one that is.</summary>
    public string CountSql => $"""
        SELECT count(*), count(*) FILTER (WHERE is_right IS NOT TRUE), min(name) FILTER (WHERE is_right IS NOT TRUE)
        FROM ({Sql}) AS checked (name, is_right)
        """;
}

/// <summary>What became of an invariant; <paramref name="Example"/> names one of those that are wrong.</summary>
sealed record Finding(Invariant Invariant, long Checked, long Wrong, string? Example);
