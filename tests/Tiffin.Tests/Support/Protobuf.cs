using System.Text;

namespace Tiffin.Tests.Support;

/// <summary>A protobuf message, read by field number without its schema.</summary>
sealed class Protobuf
{
    readonly List<(int Field, byte[] Value)> fields = [];

    public Protobuf(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                0 => Skip(message, at),
                1 => 8,
                2 => (int)Number(message, ref at),
                5 => 4,
                var other => throw new InvalidDataException($"Wire type {other}"),
            };
            fields.Add(((int)(key >> 3), message[at..(at + length)]));
            at += length;
        }
    }

    public IEnumerable<Protobuf> Messages(params int[] path) =>
        path.Aggregate<int, IEnumerable<Protobuf>>([this], (found, field) => found.SelectMany(
            one => one.fields.Where(f => f.Field == field).Select(f => new Protobuf(f.Value))));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public string Hex(int field) => Convert.ToHexStringLower(Bytes(field));

    byte[] Bytes(int field) => fields.FirstOrDefault(f => f.Field == field).Value ?? [];

    static int Skip(byte[] message, int at)
    {
        var start = at;
        Number(message, ref at);
        return at - start;
    }

    static ulong Number(byte[] message, ref int at)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            number |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return number;
        }
    }
}
