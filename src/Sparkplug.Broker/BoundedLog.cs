using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker;

/// <summary>
/// Loggers that bound the lines of one kind (one event id) in time: what clients do over and over must not fill a gateway's disk. The
/// lines that were left out are counted, and one line at the end of the time says how many they were.
/// </summary>
internal sealed class BoundedLog(ILoggerFactory inner, TimeProvider time) : ILoggerFactory
{
    /// <summary>Lines of one kind that are written within <see cref="Window"/>.</summary>
    public const int MaximumLines = 100;

    /// <summary>The time that <see cref="MaximumLines"/> is for.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Logger(inner.CreateLogger(categoryName), time);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class Logger(ILogger inner, TimeProvider time) : ILogger
    {
        private readonly ConcurrentDictionary<(int, LogLevel), Kind> _kinds = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var kind = _kinds.GetOrAdd((eventId.Id, logLevel), _ => new Kind(time, left => inner.LinesLeftOut(logLevel, left, eventId.ToString(), Window)));
            if (kind.TryTake())
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    /// <summary>The lines of one kind. A window in which none was left out ends unnoticed, any other one by its timer.</summary>
    private sealed class Kind(TimeProvider time, Action<long> tellLeftOut)
    {
        private readonly Lock _lock = new();
        private long _start, _lines, _leftOut;
        private ITimer? _end;

        public bool TryTake()
        {
            lock (_lock)
            {
                var passed = time.GetElapsedTime(_start);
                if (_lines == 0 || (_leftOut == 0 && passed >= Window))
                    (_start, _lines, passed) = (time.GetTimestamp(), 0, TimeSpan.Zero);
                if (_lines < MaximumLines)
                {
                    _lines++;
                    return true;
                }

                if (_leftOut++ == 0)
                    _end = time.CreateTimer(_ => End(), null, Window - passed, Timeout.InfiniteTimeSpan);
                return false;
            }
        }

        private void End()
        {
            long leftOut;
            lock (_lock)
            {
                leftOut = _leftOut;
                (_lines, _leftOut) = (0, 0);
                _end?.Dispose();
            }

            tellLeftOut(leftOut);
        }
    }
}
