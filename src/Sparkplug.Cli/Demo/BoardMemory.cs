using System.Globalization;
using EdgeNode.Devices;

namespace Sparkplug.Cli.Demo;

/// <summary>What an emulated board keeps without power: its identity and how often it has started. A file stands in for the EEPROM.</summary>
public sealed class BoardMemory
{
    private readonly string? _path;

    private BoardMemory(string? path) => _path = path;

    /// <summary>The identity; null while the board has none.</summary>
    public BoardId? Id { get; private set; }

    /// <summary>Counts the starts.</summary>
    public ushort Boot { get; private set; } = ushort.MaxValue;

    /// <summary>An empty memory that is kept nowhere.</summary>
    public static BoardMemory Volatile() => new(null);

    /// <summary>The memory in a file; empty when the file is not there or is damaged, as an EEPROM is when its CRC is wrong.</summary>
    public static BoardMemory Load(string path)
    {
        var memory = new BoardMemory(path);
        if (!File.Exists(path)) return memory;
        var fields = File.ReadAllText(path).Split('\n');
        if (fields.Length < 2 || !ushort.TryParse(fields[1], CultureInfo.InvariantCulture, out var boot)) return memory;
        memory.Boot = boot;
        memory.Id = BoardId.TryParse(fields[0], out var id) ? id : null;
        return memory;
    }

    /// <summary>Writes the identity.</summary>
    public void Assign(BoardId id)
    {
        Id = id;
        Save();
    }

    /// <summary>Counts a start; the first is number 0.</summary>
    public void CountBoot()
    {
        Boot = unchecked((ushort)(Boot + 1));
        Save();
    }

    private void Save()
    {
        if (_path is null) return;
        // A new file takes the old one's place as a whole: no reader ever sees half of it.
        var scratch = _path + ".new";
        File.WriteAllText(scratch, string.Create(CultureInfo.InvariantCulture, $"{Id?.Value ?? "-"}\n{Boot}\n"));
        File.Move(scratch, _path, overwrite: true);
    }
}
