using System.Diagnostics.CodeAnalysis;
using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Writes what an edge node says to a board; no line is longer than <see cref="LinkLine.EdgeLimit"/>.</summary>
public static class FrameWriter
{
    /// <summary>Asks the board to describe itself.</summary>
    public static byte[] Hello() => LineWriter.Begin("HELLO?").Attribute("proto", FrameParser.Protocol).End();

    /// <summary>Asks the board for all its values.</summary>
    public static byte[] Get() => LineWriter.Begin("GET").End();

    /// <summary>Gives the board an identity.</summary>
    /// <param name="command">The command's id, from 1.</param>
    /// <param name="id">The identity.</param>
    /// <param name="boot">The boot count of the HELLO that asks for it, so that a line that comes late finds no other board.</param>
    public static byte[] AssignId(ushort command, BoardId id, ushort boot) =>
        LineWriter.Begin("ID").Attribute("cmd", command).Attribute("id", id.Value).Attribute("boot", boot).End();

    /// <summary>Writes one tag.</summary>
    /// <param name="command">The command's id, from 1.</param>
    /// <param name="name">The tag's name.</param>
    /// <param name="value">The value.</param>
    /// <param name="line">The line.</param>
    /// <returns>False for a name that cannot be one, and for a value that the link cannot carry.</returns>
    public static bool TrySet(ushort command, string name, MetricValue value, [NotNullWhen(true)] out byte[]? line)
    {
        line = null;
        if (!LinkLine.IsName(name) || !LinkValue.TryFormat(value, out var text)) return false;
        line = LineWriter.Begin("SET").Attribute("cmd", command).Reading(name, text).End();
        return true;
    }
}
