using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Tiffin.Tests.Support;

/// <summary>Records all log output at every level: messages, their values, exceptions.</summary>
sealed class LogSpy : ILoggerProvider
{
    readonly ConcurrentQueue<string> lines = [];

    /// <summary>The server that it is added to owns and disposes it.</summary>
    public static LogSpy Listening() => new();

    public string Text => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => new Ear(this, categoryName);

    public void Dispose() { }

    sealed class Ear(LogSpy spy, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            var line = new StringBuilder($"{category}: {formatter(state, exception)} {exception}");
            foreach (var part in state as IEnumerable<KeyValuePair<string, object?>> ?? [])
                line.Append($" {part.Key}={part.Value}");
            spy.lines.Enqueue(line.ToString());
        }
    }
}
