"""Head rows as offices write them, each with a row or two below it and with what its columns are.

`=` begins the expectation, written before the rows were first read: column names with their places, counted from 1.
What stands in no named column is a number, or not part of a register.
"""

HEAD_ROWS = """
序号|工作事项|主要责任单位|其他责任单位|序时进度
1|建成城区公共停车场三处|县城管局|县住建局、县财政局|3月底前完成选址
= requirement 2; units 3 4

序号|建设任务|建设内容|责任单位|完成时限
1|智慧水利|建成二十座小型水库的雨水情测报设施|县水利局|10月底前
= section 2; requirement 3; units 4; time 5

序号|整改举措|牵头单位|配合单位|整改时限
1|对未批先建的项目逐一立案查处|县自然资源局|县司法局|立行立改
= requirement 2; units 3 4; time 5

序号|存在问题|整改措施|整改目标|责任单位|责任人|整改时限
1|垃圾清运不及时|增加清运车辆五台|日产日清|县城管局|张三|5月底
= section 2; requirement 3 4; units 5; time 7

任务分工|牵头领导|责任单位|责任人|时间要求
完成全县路灯的排查|王某某|县城管局|李四|8月底前
= requirement 1; units 3; time 5

目标任务|实施主体|配合部门|完成时间
新增高标准农田四万亩|各镇人民政府|县农业农村局|12月
= requirement 1; units 2 3; time 4

重点任务|目标任务|责任单位|分管领导
招商引资|引进亿元以上项目三十个|县商务局|赵某
= section 1; requirement 2; units 3

指标名称|目标值|牵头单位|责任单位
规模以上工业增加值增速|8%|县经信局|各镇、开发区
= requirement 1; units 3 4

序号|项目名称|建设内容及规模|总投资（万元）|责任单位|包保领导|开工时间|竣工时间
1|南环路改造|路面拓宽3.2公里|5600|县住建局|孙某|3月|11月
= section 2; requirement 3; units 5; time 8

序号|提案号|案由|承办单位|协办单位|办理期限
1|第12号|关于加快乡村民宿发展的建议|县文旅局|县农业农村局|6月30日前
= requirement 3; units 4 5; time 6

序号|建议编号|建议标题|主办单位|会办单位|答复时限
1|21|关于修缮老城区排水管网的建议|县住建局|县城管局|7月15日前
= requirement 3; units 4 5; time 6

序号|巡察反馈问题|整改措施|责任领导|责任部门|完成时限|整改进展
1|理论学习不够深入|修订学习制度并每月检查|钱某|办公室|长期坚持|已修订
= section 2; requirement 3; units 5; time 6; completion 7

一级指标|二级指标|三级指标|评分标准|责任单位
政务服务|网上办理|高频事项全程网办率|达到90%得满分|县数据资源局
= section 1; requirement 2 3; units 5

改革事项|改革举措|牵头部门|参与部门|时间节点
医药卫生改革|推进紧密型医共体建设|县卫健委|县医保局、县人社局|年底前
= section 1; requirement 2; units 3 4; time 5

序号|议题|议定事项|落实单位|落实时限|落实情况
1|春耕备耕|抓紧下拨农机购置补贴资金|县农业农村局、县财政局|3月20日|已下拨
= section 2; requirement 3; units 4; time 5; completion 6

序号|督办事项|领导批示|承办单位|办结时限|办理进展
1|城东水厂扩建缓慢|请住建局抓紧办理|县住建局|4月底|正在施工
= requirement 2; units 4; time 5; completion 6

工作类别|序号|工作任务|责任科室|责任人|完成时限
党建|1|开展主题党日活动十二次|机关党委|周某|每月
= section 1; requirement 3; units 4; time 6

板块|重点工作|具体措施|责任单位|时限
产业|壮大绿色食品产业|新建标准化生产车间两处|县经信局|9月底
= section 1; requirement 2 3; units 4; time 5

任务来源|任务内容|牵头单位|配合单位|完成时限|完成情况
县委全会|完成二十个行政村的污水治理|县生态环境分局|各镇人民政府|11月底|完成八个
= requirement 2; units 3 4; time 5; completion 6

序号|事项名称|事项内容|责任主体|完成时限
1|文明创建|更新主次干道公益广告|县委宣传部|2月底
= section 2; requirement 3; units 4; time 5

序号|风险点|防控措施|责任单位|责任人
1|资金拨付|严格执行两级审核制度|县财政局|吴某
= section 2; requirement 3; units 4

序号|隐患描述|整改要求|整改单位|整改期限
1|消防通道堵塞|清除占道物品并划线|县消防救援大队|3日内
= section 2; requirement 3; units 4; time 5

序号|举措|牵头单位|责任单位|时间
1|建立项目服务专班|县发改委|各镇人民政府|一季度
= requirement 2; units 3 4; time 5

重点领域|工作举措|主责单位|配合单位|完成时限
食品安全|开展校园食堂专项检查两次|县市场监管局|县教育局|上下半年各一次
= section 1; requirement 2; units 3 4; time 5

序号|公开事项|公开内容|公开主体|公开时限|公开渠道
1|财政预决算|部门预算和决算报表|县财政局|批复后20日内|政府网站
= section 2; requirement 3; units 4; time 5

序号|工作内容|工作标准|责任单位|责任人|完成时间
1|河道保洁|河面无漂浮物、河岸无垃圾|县水利局|郑某|全年
= section 2; requirement 3; units 4; time 6

工作目标|工作措施|责任单位|完成时限
粮食产量稳定|落实播种面积一百二十万亩|县农业农村局|10月底
= requirement 1 2; units 3; time 4

序号|承诺事项|承诺单位|承诺时限|完成情况
1|新增公办幼儿园学位六百个|县教育局|8月底|已开工
= requirement 2; units 3; time 4; completion 5

实事项目|年度目标|牵头单位|责任单位|完成时限
困难群众救助|城乡低保标准提高百分之三|县民政局|县财政局|12月底
= section 1; requirement 2; units 3 4; time 5

序号|任务名称|任务描述|责任人|责任部门|计划完成时间|实际完成时间|状态
1|系统迁移|把政务系统全部迁移上云|冯某|县数据资源局|2026-06-30||进行中
= section 2; requirement 3; units 5; time 6

序号|工作安排|责任单位|完成时间
1|召开全县防汛工作会议|县应急局|5月上旬
= requirement 2; units 3; time 4

月份|工作内容|责任单位|备注
3月|组织义务植树活动|县林业局|
= requirement 2; units 3; time 1

时间|工作任务|责任单位
一季度|完成上年度目标考核|县委组织部
= requirement 2; units 3; time 1

活动名称|活动内容|活动时间|主办单位|承办单位
读书月|举办全民阅读讲座六场|4月|县委宣传部|县图书馆
= section 1; requirement 2; units 4 5; time 3

序号|重点项目|项目单位|责任单位|年度计划|形象进度
1|光伏玻璃|县投资集团|县发改委|完成主体厂房建设|基础施工
= section 2; requirement 5; units 3 4; completion 6

序号|主要任务和措施|牵头单位|责任单位|完成时限
1|开展农村房屋安全隐患排查|县住建局|各镇人民政府|6月底
= requirement 2; units 3 4; time 5

序号|政府工作报告任务分解|牵头领导|牵头单位|配合单位
1|新建改建农村公路八十公里|陈某|县交通局|县财政局
= requirement 2; units 4 5

序号|问题清单|整改清单|责任清单|时限清单
1|台账不规范|统一印制登记台账|县民政局|4月底
= section 2; requirement 3; units 4; time 5

序号|问题表现|整改措施|责任领导|责任单位|整改时限
1|会议偏多|合并同类会议|卫某|县政府办公室|立行立改
= section 2; requirement 3; units 5; time 6

项目|内容|单位|时限
平安建设|安装农村视频监控一千路|县公安局|9月底
= section 1; requirement 2; units 3; time 4

序号|任务|单位|完成日期
1|完成第五次经济普查登记|县统计局|4月30日
2|公布普查主要数据|县统计局、各镇人民政府|12月31日
= requirement 2; units 3; time 4

序号|事项|负责部门|负责人|截止时间
1|更新政府网站领导信息|县政府办公室|蒋某|每月5日前
= requirement 2; units 3; time 5

序号|工作任务|工作进度安排|责任单位
1|编制县域商业规划|5月底前完成初稿|县商务局
= requirement 2; units 4; time 3

序号|任务事项|经办科室|限办日期|办理结果
1|答复网民留言|信息科|3日内|已答复
= requirement 2; units 3; time 4; completion 5

序号|重要事项|办理要求|承办部门|办理期限|反馈情况
1|信访积案|逐案明确包案领导|县信访局|6月底|化解三件
= section 2; requirement 3; units 4; time 5; completion 6

序号|类别|工作任务|责任单位
1|生态|完成人工造林三千亩|县林业局
= section 2; requirement 3; units 4

类别|项目名称|建设地点|建设内容|责任单位|完成时限
交通|城北客运站|城关镇|新建候车厅一座|县交通局|10月底
= section 1; requirement 2 4; units 5; time 6

牵头单位|工作任务|配合单位|完成时限
县文旅局|创建国家4A级景区一处|县财政局|11月底
= requirement 2; units 1 3; time 4

责任单位|序号|工作任务|完成时限|备注
县残联|1|实施残疾人家庭无障碍改造一百户|9月底|
= requirement 3; units 1; time 4

序号|重大决策事项|承办单位|决策时间
1|制定城区停车管理办法|县司法局|二季度
= requirement 2; units 3; time 4

序号|规范性文件名称|起草单位|完成时间
1|县级储备粮管理办法|县发改委|8月
= requirement 2; units 3; time 4

任务序号|重点任务|推进措施|责任单位(排第一位的为牵头单位)|完成时限
1|数字政府|归集电子证照八十类|县数据资源局、县公安局|年底
= section 2; requirement 3; units 4; time 5

序号|具体工作任务|责任领导|责任股室|完成时限
1|办理劳动争议仲裁案件|沈某|仲裁股|法定期限内
= requirement 2; units 4; time 5

序号|测评指标|测评内容|测评标准|责任单位
1|公共卫生|农贸市场卫生状况|地面无积水、摊位整洁|县市场监管局
= section 2; requirement 3 4; units 5

序号|检查内容|检查方式|责任单位|检查时间
1|烟花爆竹经营点安全状况|现场查看|县应急局|春节前
= requirement 2; units 4; time 5

序号|培训内容|培训对象|责任单位|培训时间
1|行政执法案卷制作|一线执法人员|县司法局|7月
= requirement 2; units 4; time 5

序号|宣传主题|宣传内容|责任单位|时间安排
1|防灾减灾|开展应急知识进校园十场|县应急局|5月12日前后
= section 2; requirement 3; units 4; time 5

序号|服务事项|服务内容|责任单位|办结时限
1|灵活就业登记|提供就业登记和社保缴纳一次办|县人社局|当场办结
= section 2; requirement 3; units 4; time 5

序号|生态环境问题|整改任务|验收单位|责任单位|整改时限
1|河岸堆放砂石|拆除临河砂场两处|市生态环境局|城关镇人民政府|8月底
= section 2; requirement 3; units 5; time 6

序号|整改任务|整改责任主体|督导单位|整改时限
1|关闭超标排放砖厂一家|马店镇人民政府|县生态环境分局|3月底
= requirement 2; units 3; time 5

工作任务|市级牵头单位|县级责任单位|完成时限
完成国土空间规划报批|市自然资源局|县自然资源局|6月底
= requirement 1; units 2 3; time 4

序号|任务内容|责任单位及责任人|完成时限|进展情况|存在困难
1|实施老旧小区改造十六个|县住建局 韩某|11月底|开工十个|资金缺口
= requirement 2; units 3; time 4; completion 5

序号|工作任务|责任单位|进展情况|下一步工作打算
1|推动奶业振兴|县畜牧中心|新增奶牛二百头|继续引进良种
= requirement 2; units 3; completion 4

序号|招商任务|目标数|责任单位
1|引进新材料产业项目|5个|县经开区管委会
= requirement 2; units 4

事项|责任处室|进度安排
起草年度工作总结|综合处|12月20日前
= requirement 1; units 2; time 3

行动|举措|部门|期限
清河行动|整治河湖四乱问题二十处|县水利局|10月底
= section 1; requirement 2; units 3; time 4

序号|民生工程名称|实施内容|牵头部门|资金来源
1|妇幼健康|为一万名妇女免费筛查两癌|县卫健委|县级财政
= section 2; requirement 3; units 4

课题名称|牵头人|责任单位|完成期限
县域经济高质量发展路径研究|杨某|县委政研室|10月
= requirement 1; units 3; time 4

序号|需解决的问题|解决措施|责任单位|解决时限
1|停车难|开放机关停车场二十处|县机关事务中心|6月底
= section 2; requirement 3; units 4; time 5

工作要求|责任单位|工作内容
及时公开行政许可结果|县市场监管局|权力运行公开
= section 3; requirement 1; units 2

督查内容|责任单位|督查时间|督查方式
秸秆禁烧责任落实情况|各镇人民政府|6月上旬|暗访
= requirement 1; units 2; time 3

序号|落实举措|进度要求|落实单位
1|开通惠企政策直达平台|4月上线|县数据资源局
= requirement 2; units 4; time 3

条目|内容|责任
第一条|建立重点企业首席服务员制度|县工商联
= requirement 2; units 3

序号|工作任务|目标要求|完成时限|牵头领导|责任单位
1|森林防火|不发生重大森林火灾|长期|朱某|县林业局
= section 2; requirement 3; units 6; time 4

公文标题|承办科室|办理时限
关于报送年度统计报表的通知|统计科|1月10日前
= requirement 1; units 2; time 3

序号|改革任务|成果形式|牵头单位|参加单位|完成时间
1|建立公共数据授权运营机制|实施方案|县数据资源局|县司法局|9月
= requirement 2; units 4 5; time 6

序号|民生关切|谁来办|何时办
1|城南小学门前道路拥堵|县公安局、县住建局|9月1日前
2|老旧小区没有电梯|县住建局|年底前
= requirement 2; units 3; time 4

序号|诉求|处理部门|期限
1|小区夜间施工噪声扰民|县城管局|3个工作日
= requirement 2; units 3; time 4

序号|怎么做|谁负责|啥时候
1|把三条断头路全部打通|县住建局|10月底前
2|新建口袋公园五个|县林业局、县城管局|11月底前
= requirement 2; units 3; time 4

序号|大事要事|包抓单位|完成时限
1|争创省级文明城市|县委宣传部|年底
= requirement 2; units 3; time 4

攻坚点|打法|主攻单位|节点
断头路|拆迁与施工同步推进|县住建局|8月底
棚户区|一户一策签约|县征收中心|10月底
= section 1; requirement 2; units 3; time 4

责任部门|责任事项|追责情形
县人社局|依法受理劳动监察投诉|不按规定受理投诉的
= requirement 2; units 1

序号|任务|目标|措施|牵头单位|协同单位|时限
1|扩大内需|社会消费品零售总额增长7%|举办消费促进活动十场|县商务局|县文旅局|全年
= section 2; requirement 3 4; units 5 6; time 7

序号|重点工作任务及要求|承接部门|完成时间及进度
1|完成机关干部职级晋升工作|县委组织部|6月底
= requirement 2; units 3; time 4

序号|会议议定事项|交办时间|承办单位|办结时间|办理情况
1|研究解决教师周转房问题|3月1日|县教育局|9月1日|已立项
= requirement 2; units 4; time 5; completion 6
"""
