using Npgsql;
using NpgsqlTypes;
using static Tiffin.Engine.Storage.Sql;

namespace Tiffin.Engine.Storage;

/// <summary>
/// The columns of a set-based statement, by name. Rows are sent as one array per column, and are the table <c>t</c> in
/// the statement, so that a batch writes any number of rows of a table with one statement.
/// </summary>
sealed class RowSet<T>
{
    static readonly Dictionary<Type, string> types = new()
    {
        [typeof(Guid)] = "uuid", [typeof(string)] = "text", [typeof(bool)] = "bool", [typeof(short)] = "smallint",
        [typeof(int)] = "int", [typeof(long)] = "bigint", [typeof(DateTime)] = "timestamptz",
        [typeof(DateOnly)] = "date", [typeof(TimeSpan)] = "interval", [typeof(byte[])] = "bytea",
    };

    readonly List<(string Name, string Expression)> columns = [];
    readonly List<(string Name, string Argument)> arguments = [];
    readonly List<Action<IReadOnlyList<T>, List<NpgsqlParameter>>> values = [];
    int parameters;

    /// <summary>The table <c>t</c>, for a FROM clause.</summary>
    public string From =>
        $"unnest({string.Join(", ", arguments.Select(one => one.Argument))}) "
        + $"AS t ({string.Join(", ", arguments.Select(one => one.Name))})";

    /// <summary>The expression of a column, for a SET clause.</summary>
    public string this[string column] => columns.Single(one => one.Name == column).Expression;

    /// <summary>The placeholder of a further parameter, the <paramref name="number"/>th after the columns.</summary>
    public string ExtraPlaceholder(int number) => $"${parameters + number}";

    /// <summary>The names of the columns, for an INSERT or SELECT list.</summary>
    public string Columns => string.Join(", ", columns.Select(one => one.Name));

    /// <summary>The expressions of the columns, for the values to insert.</summary>
    public string Values => string.Join(", ", columns.Select(one => one.Expression));

    public string InsertInto(string table) => $"INSERT INTO {table} ({Columns}) SELECT {Values} FROM {From}";

    /// <summary>Inserts each row, or updates the one that has its <paramref name="key"/>.</summary>
    public string Upsert(string table, params string[] key)
    {
        var others = columns.Select(one => one.Name).Except(key).Select(name => $"{name} = excluded.{name}");
        return $"{InsertInto(table)} ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", others)}";
    }

    public RowSet<T> Column<TValue>(string name, Func<T, TValue> pick)
    {
        Argument<TValue>(name);
        columns.Add((name, $"t.{name}"));
        values.Add((rows, sent) => sent.Add(Typed(P(Each(rows, pick)))));
        return this;
    }

    /// <summary>
    /// A column of arrays. <c>unnest</c> would flatten arrays of arrays, so all elements are sent as one array, and
    /// each row selects its slice by bounds. A slice without a lower bound is NULL.
    /// </summary>
    public RowSet<T> Array<TElement, TValue>(
        string name, Func<T, IReadOnlyCollection<TElement>?> pick, Func<TElement, TValue> value)
    {
        columns.Add((name, $"(${++parameters}::{TypeOf<TValue>()}[])[nullif(t.{name}_from, 0):t.{name}_to]"));
        Argument<int>($"{name}_from");
        Argument<int>($"{name}_to");
        values.Add((rows, sent) =>
        {
            var (all, from, to) = (new List<TValue>(), new int[rows.Count], new int[rows.Count]);
            for (var i = 0; i < rows.Count; i++)
            {
                if (pick(rows[i]) is not { } elements) continue;
                from[i] = all.Count + 1;
                foreach (var element in elements) all.Add(value(element));
                to[i] = all.Count;
            }
            sent.AddRange(P(all.ToArray()), P(from), P(to));
        });
        return this;
    }

    public NpgsqlBatchCommand BatchCommand(
        string sql, IReadOnlyList<T> rows, params ReadOnlySpan<NpgsqlParameter> extra) =>
        Sql.BatchCommand(sql, Parameters(rows, extra));

    /// <summary>Executes the statement; returns the number of affected rows.</summary>
    public Task<int> Run(
        NpgsqlConnection connection, string sql, IReadOnlyList<T> rows, CancellationToken cancel,
        params ReadOnlySpan<NpgsqlParameter> extra) =>
        Sql.Run(connection, sql, cancel, Parameters(rows, extra));

    NpgsqlParameter[] Parameters(IReadOnlyList<T> rows, ReadOnlySpan<NpgsqlParameter> extra)
    {
        var sent = new List<NpgsqlParameter>(parameters + extra.Length);
        foreach (var add in values) add(rows, sent);
        return [.. sent, .. extra];
    }

    void Argument<TValue>(string name) => arguments.Add((name, $"${++parameters}::{TypeOf<TValue>()}[]"));

    // Npgsql infers the type of a DateTime array from its first element, and gets it wrong if that is null.
    static NpgsqlParameter<TValue[]> Typed<TValue>(NpgsqlParameter<TValue[]> parameter)
    {
        if (typeof(TValue) == typeof(DateTime?)) parameter.NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz;
        return parameter;
    }

    static TValue[] Each<TValue>(IReadOnlyList<T> rows, Func<T, TValue> pick)
    {
        var all = new TValue[rows.Count];
        for (var i = 0; i < all.Length; i++) all[i] = pick(rows[i]);
        return all;
    }

    static string TypeOf<TValue>() => types[Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue)];
}
