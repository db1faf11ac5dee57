"""Chinese sentences about lists, their roots, and what is sealed."""

__all__ = ["LISTS"]

LISTS: dict[str, str] = {
    "lists.help": "编码名单与带金额的明细：生成汇总根与单项证明，用作应用的输入。",
    "lists.codes.help": "由至多一百万个编码生成根，用于 codes 类型的输入。",
    "lists.code.help": "证明某编码在名单之内或不在其内，用于 proof 类型的输入。",
    "lists.bulk.help": "由带金额的明细生成汇总根，用于 bulk 类型的输入。",
    "lists.item.help": "证明某项以其金额计入汇总，用于 proof 类型的输入。",
    "lists.codes_file": "每行一个编码，UTF-8。",
    "lists.items_file": "每行一项及其金额，以半角逗号分隔；金额以最小单位计，如分。",
    "lists.code": "编码。",
    "lists.item": "明细项。",
    "lists.absent": "证明其不在名单之内。",
    "lists.out": "写入的文件；办理时以 名称=@文件 提交。",
    "lists.line": "每行一项及其金额，以半角逗号分隔，金额为以最小单位计的整数",
    "app.sealed": "已密封。请妥善保密并保管 {path}：只有它能开启所密封的内容。先密封、后开启，均以 {group}=@{path} 提交",
}
