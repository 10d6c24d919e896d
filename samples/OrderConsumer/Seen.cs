namespace OrderConsumer;

/// <summary>
/// The ids of the events that were handled, in a file. Where the effect is in a database, put them into a table beside
/// it, in the same transaction: then not even a crash between the two lines of the consumer does anything twice.
/// </summary>
sealed class Seen
{
    /// <summary>Duplicates follow each other within a batch of the publisher, which is far less.</summary>
    const int RememberedMax = 100_000;

    readonly string file;
    readonly HashSet<string> ids;
    readonly Queue<string> byAge;

    public Seen(string file)
    {
        this.file = file;
        byAge = new(File.Exists(file) ? File.ReadLines(file).TakeLast(RememberedMax) : []);
        ids = [.. byAge];
        File.WriteAllLines(file, byAge);
    }

    public bool Contains(string id) => ids.Contains(id);

    public void Add(string id)
    {
        ids.Add(id);
        byAge.Enqueue(id);
        if (byAge.Count > RememberedMax) ids.Remove(byAge.Dequeue());
        File.AppendAllText(file, id + "\n");
    }
}
