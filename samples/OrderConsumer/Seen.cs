namespace OrderConsumer;

/// <summary>
/// Deduplicates events by id, in a file. If the effect is in a database, store the ids in the same transaction instead:
/// a crash between handling an event and adding its id then cannot cause it to be handled twice.
/// </summary>
sealed class Seen
{
    // Far more than a batch of the publisher, within which duplicates occur.
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
